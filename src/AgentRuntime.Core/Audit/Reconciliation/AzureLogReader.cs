using System.Text.Json;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Reads the diagnostic log of Azure Key Vault: blobs with <c>{"records":[...]}</c>, or one record on each line.</summary>
/// <remarks>
/// Follows "Azure Key Vault logging" of the Azure documentation. The correlation id is the one that the client sent, so it joins and proves nothing
/// alone. Not thread-safe.
/// </remarks>
public sealed class AzureLogReader : StoreLogReader
{
    private const string ObjectIdClaim = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    private const string NameClaim = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";

    private readonly AzureLogOptions _options;
    private readonly HashSet<string> _names;
    private readonly HashSet<string> _runtime;

    /// <summary>A reader for credentials under the names that <paramref name="options"/> give.</summary>
    public AzureLogReader(AzureLogOptions options)
        : base("records", options.EntryLimit)
    {
        _options = options;
        _names = options.Names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        _runtime = options.RuntimeIdentities.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public override string Store => "azure";

    private protected override StoreReadRecord? Interpret(JsonElement entry, long line)
    {
        var operation = LogJson.Text(entry, "operationName") ?? throw Wrong(line, "is not one of a diagnostic log: it has no \"operationName\"");
        var category = LogJson.Text(entry, "category") ?? throw Wrong(line, "is not one of a diagnostic log: it has no \"category\"");
        var time = Count(entry, "time", line);
        if (category != "AuditEvent" || operation != "SecretGet")
        {
            return null;
        }

        var properties = LogJson.Member(entry, "properties");
        var place = LogJson.Text(properties, "id") ?? LogJson.Text(properties, "requestUri");
        if (!Uri.TryCreate(place, UriKind.Absolute, out var uri) || (_options.Host is { } host && !string.Equals(uri.Host, host, StringComparison.OrdinalIgnoreCase))
            || uri.AbsolutePath.Split('/') is not ["", "secrets", { Length: > 0 } name, ..])
        {
            return null;
        }

        if (!name.StartsWith(_options.Prefix, StringComparison.OrdinalIgnoreCase) && !_names.Contains(name))
        {
            return null;
        }

        var claims = LogJson.Member(LogJson.Member(entry, "identity"), "claim");
        return new StoreReadRecord
        {
            Time = time,
            Store = Store,
            Path = uri.GetLeftPart(UriPartial.Path),
            Credential = _options.CredentialOf?.Invoke(name),
            Outcome = OutcomeOf(entry, properties),
            CorrelationId = LogJson.Text(entry, "correlationId"),
            Actor = LogJson.Text(claims, NameClaim) ?? LogJson.Text(claims, "upn") ?? LogJson.Text(claims, "appid") ?? LogJson.Text(claims, ObjectIdClaim) ?? LogJson.Text(claims, "oid"),
            Address = LogJson.Text(entry, "callerIpAddress"),
            IsOfRuntime = new[] { "appid", "azp", "oid", ObjectIdClaim }.Any(claim => LogJson.Text(claims, claim) is { } id && _runtime.Contains(id)),
            File = File,
            Line = line,
        };
    }

    // The status says it; the signature is its name, and is all that some exports keep.
    private static StoreReadOutcome OutcomeOf(JsonElement entry, JsonElement? properties) => LogJson.Number(properties, "httpStatusCode") switch
    {
        >= 200 and < 300 => StoreReadOutcome.Read,
        404 => StoreReadOutcome.Nothing,
        null => LogJson.Text(entry, "resultSignature") switch
        {
            "OK" => StoreReadOutcome.Read,
            "Not Found" or "NotFound" => StoreReadOutcome.Nothing,
            _ => StoreReadOutcome.Refused,
        },
        _ => StoreReadOutcome.Refused,
    };
}
