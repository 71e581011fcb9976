using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>The audit log of the fake vault in the form of the real one: one JSON object a line, secrets hashed, metadata in clear. Called under the vault's lock.</summary>
internal sealed class FakeAudit(FakeVault vault)
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(32);
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => [.. _lines];

    public string Hash(string text) => $"hmac-sha256:{Convert.ToHexStringLower(HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes(text)))}";

    /// <summary>Appends one line.</summary>
    /// <param name="request">The request.</param>
    /// <param name="remaining">The uses that the token has left, or <c>null</c>.</param>
    /// <param name="answer">The answer, for a line of the response.</param>
    /// <param name="error">What was wrong before the request was carried out.</param>
    public void Write(FakeRequest request, int? remaining, FakeAnswer? answer, string? error)
    {
        var line = new JsonObject
        {
            ["time"] = FakeVault.Time(vault.Now),
            ["type"] = answer is null ? "request" : "response",
            ["auth"] = AuthOf(request.Token, remaining),
            ["request"] = RequestOf(request),
        };
        if (answer is not null)
        {
            line["response"] = ResponseOf(answer, request.Path);
        }

        if (error is not null)
        {
            line["error"] = error;
        }

        _lines.Add(line.ToJsonString());
    }

    private JsonObject AuthOf(FakeToken? token, int? remaining)
    {
        if (token is null)
        {
            return new JsonObject { ["token_type"] = "default" };
        }

        var auth = new JsonObject
        {
            ["client_token"] = Hash(token.Text),
            ["accessor"] = Hash(token.Accessor),
            ["display_name"] = token.DisplayName,
            ["policies"] = FakeToken.Names(token.Policies),
            ["token_policies"] = FakeToken.Names(token.Policies),
            ["metadata"] = token.MetaNode(),
        };
        if (remaining > 0)
        {
            auth["remaining_uses"] = remaining;
        }

        auth["token_type"] = token.Type;
        auth["token_ttl"] = (long)token.Ttl.TotalSeconds;
        auth["token_issue_time"] = FakeVault.Time(token.Created);
        return auth;
    }

    private JsonObject RequestOf(FakeRequest request)
    {
        var node = new JsonObject { ["id"] = request.Id, ["operation"] = request.Operation, ["mount_type"] = vault.TypeOf(request.Path) };
        if (request.TokenText is { } token)
        {
            node["client_token"] = Hash(token);
            if (request.Token is { Accessor.Length: > 0 } known)
            {
                node["client_token_accessor"] = Hash(known.Accessor);
            }
        }

        node["namespace"] = new JsonObject { ["id"] = "root" };
        node["path"] = request.Path;
        if (request.Body.Count > 0)
        {
            node["data"] = Hashed(request.Body);
        }

        node["remote_address"] = "127.0.0.1";
        var headers = request.Headers.Where(pair => vault.Sys.AuditedHeaders.ContainsKey(pair.Key)).ToArray();
        if (headers.Length > 0)
        {
            node["headers"] = new JsonObject(headers.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray(vault.Sys.AuditedHeaders[pair.Key] ? Hash(pair.Value) : pair.Value))));
        }

        return node;
    }

    private JsonObject ResponseOf(FakeAnswer answer, string path)
    {
        var node = new JsonObject { ["mount_type"] = vault.TypeOf(path) };
        if (answer.Auth is { } auth)
        {
            var copy = (JsonObject)auth.DeepClone();
            copy["client_token"] = Hash(copy["client_token"]!.ToString());
            copy["accessor"] = Hash(copy["accessor"]!.ToString());
            node["auth"] = copy;
        }

        if (answer.LeaseId.Length > 0)
        {
            node["secret"] = new JsonObject { ["lease_id"] = answer.LeaseId };
        }

        if (answer.Data is { } data)
        {
            node["data"] = Hashed(data);
        }
        else if (answer.Errors is { Count: > 0 } errors)
        {
            node["data"] = new JsonObject { ["error"] = Hash(errors[0]) };
        }

        return node;
    }

    private JsonNode? Hashed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(pair => KeyValuePair.Create(pair.Key, Hashed(pair.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Hashed)]),
        JsonValue value when value.TryGetValue<string>(out var text) => Hash(text),
        _ => node?.DeepClone(),
    };
}
