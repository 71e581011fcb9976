using System.Buffers;
using System.Text.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Reads AWS CloudTrail events of Secrets Manager: files with <c>{"Records":[...]}</c>, or one event on each line.</summary>
/// <remarks>
/// Follows "CloudTrail record contents" and "AWS CloudTrail entries for Secrets Manager" of the AWS documentation. Times are whole seconds.
/// A read of many secrets at once is logged as one GetSecretValue for each. Not thread-safe.
/// </remarks>
public sealed class CloudTrailReader : StoreLogReader
{
    private const int SuffixLength = 7;
    private const string OutsideRuns = "agentruntime-";

    private static readonly SearchValues<char> AlphaNumeric = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private readonly string _folder;
    private readonly HashSet<string> _names;
    private readonly HashSet<string> _runtime;

    /// <summary>A reader for credentials under the names that <paramref name="options"/> give.</summary>
    public CloudTrailReader(CloudTrailOptions options)
        : base("Records", options.EntryLimit)
    {
        var prefix = options.Prefix.Trim('/');
        _folder = prefix.Length == 0 ? string.Empty : prefix + "/";
        _names = options.Names.ToHashSet(StringComparer.Ordinal);
        _runtime = options.RuntimeIdentities.ToHashSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override string Store => "aws";

    private protected override StoreReadRecord? Interpret(JsonElement entry, long line)
    {
        var source = LogJson.Text(entry, "eventSource") ?? throw Wrong(line, "is not one of CloudTrail: it has no \"eventSource\"");
        var name = LogJson.Text(entry, "eventName") ?? throw Wrong(line, "is not one of CloudTrail: it has no \"eventName\"");
        var time = Count(entry, "eventTime", line);
        if (source != "secretsmanager.amazonaws.com" || name != "GetSecretValue")
        {
            return null;
        }

        var asked = LogJson.Text(LogJson.Member(entry, "requestParameters"), "secretId");
        if (asked is null || NamesOf(asked).FirstOrDefault(IsWatched) is not { } secret)
        {
            return null;
        }

        var identity = LogJson.Member(entry, "userIdentity");
        var arn = LogJson.Text(identity, "arn");
        return new StoreReadRecord
        {
            Time = time,
            Precision = TimeSpan.FromSeconds(1),
            Store = Store,
            Path = secret,
            Credential = CredentialOf(secret),
            Outcome = LogJson.Text(entry, "errorCode") switch
            {
                null => StoreReadOutcome.Read,
                "ResourceNotFoundException" => StoreReadOutcome.Nothing,
                _ => StoreReadOutcome.Refused,
            },
            RequestId = LogJson.Text(entry, "requestID"),
            Actor = arn ?? LogJson.Text(identity, "invokedBy") ?? LogJson.Text(identity, "principalId") ?? LogJson.Text(identity, "type"),
            Address = LogJson.Text(entry, "sourceIPAddress"),
            Session = SessionOf(arn),
            IsOfRuntime = IsOfRuntime(identity, arn),
            File = File,
            Line = line,
        };
    }

    /// <summary>What the secret may be called. An ARN ends in a hyphen and six characters that the service adds, and may be given without them.</summary>
    private static IEnumerable<string> NamesOf(string secretId)
    {
        const string Marker = ":secret:";
        var at = secretId.StartsWith("arn:", StringComparison.Ordinal) ? secretId.IndexOf(Marker, StringComparison.Ordinal) : -1;
        var name = at < 0 ? secretId : secretId[(at + Marker.Length)..];
        if (at >= 0 && name.Length > SuffixLength && name[^SuffixLength] == '-' && name.AsSpan(name.Length - SuffixLength + 1).IndexOfAnyExcept(AlphaNumeric) < 0)
        {
            yield return name[..^SuffixLength];
        }

        yield return name;
    }

    private bool IsWatched(string name) => CredentialOf(name) is not null || _names.Contains(name);

    private CredentialName? CredentialOf(string name) =>
        name.StartsWith(_folder, StringComparison.Ordinal) && CredentialName.TryParse(name[_folder.Length..], out var credential) ? credential : null;

    // A session that is called after a run belongs to it or to nobody.
    private bool IsOfRuntime(JsonElement? identity, string? arn) =>
        (arn is not null && _runtime.Contains(arn))
        || (SessionOf(arn)?.StartsWith(OutsideRuns, StringComparison.Ordinal) == true
            && LogJson.Text(LogJson.Member(LogJson.Member(identity, "sessionContext"), "sessionIssuer"), "arn") is { } role && _runtime.Contains(role));

    private static string? SessionOf(string? arn) =>
        arn is not null && arn.Contains(":assumed-role/", StringComparison.Ordinal) ? arn[(arn.LastIndexOf('/') + 1)..] : null;
}
