using System.Text.Json;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Reads the audit log of HashiCorp Vault or OpenBao: JSON lines, a request and its response each.</summary>
/// <remarks>
/// A request is told when its response is there, so that it is known whether a value left. The log names tokens by a keyed hash; a request with a
/// token that is revoked, used up or expired carries nothing else of it, so what earlier lines said of the token is remembered.
/// Follows the page "Audit devices" of either product. Not thread-safe.
/// </remarks>
public sealed class VaultAuditReader : StoreLogReader
{
    private readonly VaultPaths _paths;
    private readonly string? _namespace;
    private readonly Func<string, bool> _isRecorded;
    private readonly VaultTokens _tokens = new();
    private readonly Dictionary<string, StoreReadRecord> _unanswered = new(StringComparer.Ordinal);

    /// <summary>A reader for credentials at the places that <paramref name="options"/> name.</summary>
    public VaultAuditReader(VaultAuditOptions options)
        : base(listMember: null, options.EntryLimit)
    {
        _paths = new VaultPaths(options);
        _namespace = options.Namespace?.Trim('/');
        _isRecorded = options.IsRecorded ?? (static _ => false);
    }

    /// <inheritdoc/>
    public override string Store => "vault";

    /// <inheritdoc/>
    public override IEnumerable<StoreReadRecord> Complete()
    {
        var rest = _unanswered.Values.OrderBy(read => read.Line).ToList();
        _unanswered.Clear();
        return rest;
    }

    private protected override StoreReadRecord? Interpret(JsonElement entry, long line)
    {
        var isResponse = LogJson.Text(entry, "type") switch
        {
            "request" => false,
            "response" => true,
            _ => throw Wrong(line, "is not one of a vault's audit log: it has no \"type\" of request or response"),
        };
        var request = LogJson.Member(entry, "request") ?? throw Wrong(line, "is not one of a vault's audit log: it has no \"request\"");
        var time = Count(entry, "time", line);
        var auth = LogJson.Member(entry, "auth");
        var token = LogJson.Text(request, "client_token") ?? LogJson.Text(auth, "client_token");
        _tokens.Note(token, LogJson.Text(auth, "accessor"), ClaimOf(auth));
        if (isResponse)
        {
            NoteTokens(entry, request, token, time);
        }

        return LogJson.Text(request, "path") is { } path && IsOfNamespace(request) ? ReadOf(entry, request, auth, path, isResponse, time, line) : null;
    }

    private StoreReadRecord? ReadOf(JsonElement entry, JsonElement request, JsonElement? auth, string path, bool isResponse, DateTimeOffset time, long line)
    {
        var known = _tokens.Find(LogJson.Text(request, "client_token") ?? LogJson.Text(auth, "client_token"));
        var claim = ClaimOf(auth) ?? known?.Claim;
        var operation = LogJson.Text(request, "operation");
        var id = LogJson.Text(request, "id");
        if (!_paths.IsForValue(path, operation, LogJson.Text(request, "mount_type"), claim is not null) && !(id is not null && _isRecorded(id)))
        {
            return null;
        }

        var failed = LogJson.Text(entry, "error") is not null;
        var read = new StoreReadRecord
        {
            Time = time,
            Store = Store,
            Path = path,
            Credential = _paths.CredentialAt(path),
            IsBeside = _paths.IsBeside(path, operation),
            Outcome = failed ? StoreReadOutcome.Refused : isResponse ? Answer(entry) : StoreReadOutcome.Unanswered,
            RequestId = id,
            Actor = LogJson.Text(auth, "display_name") ?? LogJson.Text(auth, "entity_id"),
            Address = LogJson.Text(request, "remote_address"),
            TokenAccessor = LogJson.Text(auth, "accessor") ?? known?.Accessor,
            Claim = claim,
            RevokedAt = known?.RevokedAt is { } revoked && revoked < time ? revoked : null,
            File = File,
            Line = line,
        };
        if (isResponse)
        {
            _unanswered.Remove(id ?? string.Empty);
            return read;
        }

        // A refusal before the path was looked at, such as one by a rate limit, has no response.
        _unanswered[id ?? string.Empty] = read;
        return null;
    }

    /// <summary>Whether a value left: looks at which members there are, never at their content.</summary>
    private static StoreReadOutcome Answer(JsonElement entry)
    {
        var response = LogJson.Member(entry, "response");
        var data = LogJson.Member(response, "data");
        var isNothing = data is not { ValueKind: JsonValueKind.Object } json || !json.EnumerateObject().Any()
            || (LogJson.Number(data, "http_status_code") >= 400 && LogJson.Member(data, "http_raw_body") is not null);
        return isNothing && LogJson.Member(response, "wrap_info") is null ? StoreReadOutcome.Nothing : StoreReadOutcome.Read;
    }

    private void NoteTokens(JsonElement entry, JsonElement request, string? token, DateTimeOffset time)
    {
        var made = LogJson.Member(LogJson.Member(entry, "response"), "auth");
        _tokens.Note(LogJson.Text(made, "client_token"), LogJson.Text(made, "accessor"), ClaimOf(made));
        if (LogJson.Text(entry, "error") is not null || LogJson.Member(LogJson.Member(LogJson.Member(entry, "response"), "data"), "error") is not null)
        {
            return;
        }

        var data = LogJson.Member(request, "data");
        switch (LogJson.Text(request, "path"))
        {
            case "auth/token/revoke-accessor":
                _tokens.Revoke(token: null, LogJson.Text(data, "accessor"), time);
                break;
            case "auth/token/revoke" or "auth/token/revoke-orphan":
                _tokens.Revoke(LogJson.Text(data, "token"), accessor: null, time);
                break;
            case "auth/token/revoke-self":
                _tokens.Revoke(token, accessor: null, time);
                break;
        }
    }

    private bool IsOfNamespace(JsonElement request)
    {
        var space = LogJson.Member(request, "namespace");
        return _namespace is null
            || string.Equals(LogJson.Text(space, "path")?.Trim('/'), _namespace, StringComparison.Ordinal)
            || string.Equals(LogJson.Text(space, "id"), _namespace, StringComparison.Ordinal);
    }

    /// <summary>What the token says of itself; <c>null</c> when nothing of it is the runtime's.</summary>
    private static AttemptClaim? ClaimOf(JsonElement? auth)
    {
        var metadata = LogJson.Member(auth, "metadata");
        var claim = new AttemptClaim(
            LogJson.Text(metadata, "run_id"),
            LogJson.Text(metadata, "step_id"),
            LogJson.Number(metadata, "attempt"),
            LogJson.Text(metadata, "workflow"),
            LogJson.Text(metadata, "purpose"));
        return claim.IsOfRun || claim.Purpose is not null ? claim : null;
    }
}
