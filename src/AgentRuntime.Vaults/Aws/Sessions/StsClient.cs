using System.Globalization;
using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Wire;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.Aws.Sessions;

/// <summary>The two operations of STS that are needed. Thread-safe. Follows <c>API_AssumeRole</c> and <c>API_GetCallerIdentity</c>.</summary>
internal sealed class StsClient(AwsConnection connection, AwsSecretSettings settings, SecretNames names)
{
    // The shortest that STS gives.
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(15);

    private readonly AwsEndpoint _endpoint = AwsEndpoint.Sts(settings);

    /// <summary>Assumes the role for one credential.</summary>
    public async Task<(AwsSession? Session, AwsFault? Fault)> AssumeAsync(CredentialName credential, SecretAccessContext context, AwsKeys keys, CancellationToken cancellationToken)
    {
        var role = settings.Role!;
        var name = SessionNames.Name(context, settings.Session);
        var form = new List<(string, string)>
        {
            ("Action", "AssumeRole"),
            ("Version", "2011-06-15"),
            ("RoleArn", role.Text),
            ("RoleSessionName", name),
            ("DurationSeconds", ((int)Duration.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            ("Policy", SessionPolicy.For(credential, names, role, settings.Region)),
        };
        if (settings.ExternalId is { } external)
        {
            form.Add(("ExternalId", external));
        }

        foreach (var (index, tag) in SessionNames.Tags(credential, context, settings.Session).Index())
        {
            form.Add(($"Tags.member.{index + 1}.Key", tag.Key));
            form.Add(($"Tags.member.{index + 1}.Value", tag.Value));
        }

        using var reply = await SendAsync(form, keys, cancellationToken);
        return reply.Fault is { } fault ? (null, fault) : Read(reply, name);
    }

    /// <summary>Who the keys belong to: an ARN.</summary>
    public async Task<(string? Arn, AwsFault? Fault)> CallerAsync(AwsKeys keys, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync([("Action", "GetCallerIdentity"), ("Version", "2011-06-15")], keys, cancellationToken);
        return (reply.Fault is null ? XmlText.Element(reply.Body, "Arn"u8) : null, reply.Fault);
    }

    private static (AwsSession? Session, AwsFault? Fault) Read(AwsReply reply, string name)
    {
        var secretKey = XmlText.Bytes(reply.Body, "SecretAccessKey"u8);
        var token = XmlText.Bytes(reply.Body, "SessionToken"u8);
        var expires = XmlText.Element(reply.Body, "Expiration"u8);

        // Keys and tokens are base64; an entity in one would be read wrongly.
        if (XmlText.Element(reply.Body, "AccessKeyId"u8) is not { } id || secretKey.IsEmpty || token.IsEmpty || secretKey.Contains((byte)'&') || token.Contains((byte)'&')
            || !DateTimeOffset.TryParse(expires, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until))
        {
            return (null, new AwsFault("BadAnswer", SecretFailureKind.Unavailable, "was answered in a form that is not that of STS. Check sts_endpoint.") { RequestId = reply.RequestId });
        }

        return (new AwsSession(name, new AwsKeys(id, SecretValue.Copy(secretKey), SecretValue.Copy(token)), until), null);
    }

    private async Task<AwsReply> SendAsync(IEnumerable<(string Name, string Value)> form, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = new PinnedBuffer(2048);
        body.Append(Encoding.UTF8.GetBytes(string.Join('&', form.Select(part => $"{Uri.EscapeDataString(part.Name)}={Uri.EscapeDataString(part.Value)}"))));
        return await connection.SendAsync(new AwsCall(_endpoint, Target: null, "application/x-www-form-urlencoded", body), keys, cancellationToken);
    }
}
