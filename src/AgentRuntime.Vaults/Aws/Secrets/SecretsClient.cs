using System.Text.Json;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Values;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Secrets;

/// <summary>The operations of Secrets Manager that are needed, each repeated while it may still succeed. Thread-safe. Follows the API reference of 2017-10-17.</summary>
internal sealed class SecretsClient(AwsConnection connection, Patience patience, AwsEndpoint endpoint)
{
    private const int MostPages = 1000;

    /// <summary><c>GetSecretValue</c>. The label is always named: without one, some stand-ins for AWS give another version.</summary>
    public async Task<(SecretAnswer? Answer, AwsFault? Fault, string? RequestId)> GetAsync(string name, string? version, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = new JsonBody();
        body.Text("SecretId", name).Text("VersionId", version).Text("VersionStage", version is null ? Labels.Current : null);
        using var reply = await SendAsync("GetSecretValue", body, keys, cancellationToken);
        return reply.Fault is { } fault ? (null, fault, reply.RequestId)
            : SecretAnswer.Read(reply.Body) is { } answer ? (answer, null, reply.RequestId)
            : (null, Strange(reply), reply.RequestId);
    }

    /// <summary><c>CreateSecret</c>.</summary>
    public async Task<AwsFault?> CreateAsync(string name, string version, SecretContent content, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = Content(content);
        body.Text("Name", name).Text("ClientRequestToken", version);
        return await DoAsync("CreateSecret", body, keys, cancellationToken);
    }

    /// <summary><c>PutSecretValue</c>.</summary>
    /// <param name="name">The secret.</param>
    /// <param name="version">The id of the new version.</param>
    /// <param name="content">Its content.</param>
    /// <param name="label">Its label.</param>
    /// <param name="keys">Who asks.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<AwsFault?> PutAsync(string name, string version, SecretContent content, string label, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = Content(content);
        body.Text("SecretId", name).Text("ClientRequestToken", version).Texts("VersionStages", label);
        return await DoAsync("PutSecretValue", body, keys, cancellationToken);
    }

    /// <summary><c>UpdateSecretVersionStage</c>.</summary>
    public async Task<AwsFault?> LabelAsync(string name, string label, string? to, string? from, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = new JsonBody();
        body.Text("SecretId", name).Text("VersionStage", label).Text("MoveToVersionId", to).Text("RemoveFromVersionId", from);
        return await DoAsync("UpdateSecretVersionStage", body, keys, cancellationToken);
    }

    /// <summary><c>DeleteSecret</c>, with a time in which it can be restored.</summary>
    public async Task<AwsFault?> DeleteAsync(string name, int days, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = new JsonBody();
        body.Text("SecretId", name).Raw("RecoveryWindowInDays", System.Text.Encoding.UTF8.GetBytes(days.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return await DoAsync("DeleteSecret", body, keys, cancellationToken);
    }

    /// <summary><c>DescribeSecret</c>.</summary>
    public async Task<(SecretFacts? Facts, AwsFault? Fault)> DescribeAsync(string name, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var body = new JsonBody();
        body.Text("SecretId", name);
        var facts = new List<SecretFacts?>();
        var fault = await ReadAsync("DescribeSecret", body, json => facts.Add(SecretFacts.Read(json)), keys, cancellationToken);
        return (fault is null ? facts[0] : null, fault);
    }

    /// <summary><c>ListSecretVersionIds</c>, with versions that have no label any more.</summary>
    public Task<(IReadOnlyList<VersionFacts> Items, AwsFault? Fault)> VersionsAsync(string name, AwsKeys keys, CancellationToken cancellationToken) =>
        PagesAsync("ListSecretVersionIds", "Versions", VersionFacts.Read, body => body.Text("SecretId", name).Raw("IncludeDeprecated", "true"u8), keys, cancellationToken);

    /// <summary><c>ListSecrets</c>, of names that begin like this, with those that are scheduled for deletion.</summary>
    public Task<(IReadOnlyList<SecretFacts> Items, AwsFault? Fault)> ListAsync(string start, AwsKeys keys, CancellationToken cancellationToken) =>
        PagesAsync("ListSecrets", "SecretList", SecretFacts.Read, body => body.Raw("Filters", Filter(start)).Raw("IncludePlannedDeletion", "true"u8), keys, cancellationToken);

    private static JsonBody Content(SecretContent content)
    {
        var body = new JsonBody(content.Bytes.Length + 512);
        return content.IsBinary ? body.Base64("SecretBinary", content.Bytes.Written) : body.Secret("SecretString", content.Bytes.Written);
    }

    private static byte[] Filter(string start)
    {
        using var filter = new JsonBody();
        return [.. "["u8, .. filter.Text("Key", "name").Texts("Values", start).Finish().Written, .. "]"u8];
    }

    private static AwsFault Strange(AwsReply reply) =>
        new("BadAnswer", SecretFailureKind.Invalid, "has an answer that is not of the form of AWS Secrets Manager, or a value that is not valid Unicode. Check the endpoint, and store the value again.") { RequestId = reply.RequestId };

    private async Task<AwsReply> SendAsync(string operation, JsonBody body, AwsKeys keys, CancellationToken cancellationToken)
    {
        var call = AwsCall.Secrets(endpoint, operation, body);
        return await patience.RepeatAsync(() => connection.SendAsync(call, keys, cancellationToken), static reply => reply.Fault, cancellationToken);
    }

    private async Task<AwsFault?> DoAsync(string operation, JsonBody body, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(operation, body, keys, cancellationToken);
        return reply.Fault;
    }

    private async Task<AwsFault?> ReadAsync(string operation, JsonBody body, Action<JsonElement> take, AwsKeys keys, CancellationToken cancellationToken)
    {
        using var reply = await SendAsync(operation, body, keys, cancellationToken);
        if (reply.Fault is { } fault)
        {
            return fault;
        }

        try
        {
            var reader = new Utf8JsonReader(reply.Body);
            take(JsonElement.ParseValue(ref reader));
            return null;
        }
        catch (JsonException)
        {
            return Strange(reply);
        }
    }

    private async Task<(IReadOnlyList<T> Items, AwsFault? Fault)> PagesAsync<T>(string operation, string list, Func<JsonElement, T?> read, Action<JsonBody> ask, AwsKeys keys, CancellationToken cancellationToken)
        where T : class
    {
        var items = new List<T>();
        string? next = null;
        for (var page = 0; page == 0 || (!string.IsNullOrEmpty(next) && page < MostPages); page++)
        {
            using var body = new JsonBody();
            ask(body);
            body.Raw("MaxResults", "100"u8).Text("NextToken", next);
            next = null;
            if (await ReadAsync(operation, body, Take, keys, cancellationToken) is { } fault)
            {
                return ([], fault);
            }
        }

        return (items, null);

        void Take(JsonElement json)
        {
            if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(list, out var found) && found.ValueKind == JsonValueKind.Array)
            {
                items.AddRange(found.EnumerateArray().Select(read).OfType<T>());
                next = json.TryGetProperty("NextToken", out var token) && token.ValueKind == JsonValueKind.String ? token.GetString() : null;
            }
        }
    }
}
