using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Vault;

/// <summary>A token of the fake vault.</summary>
public sealed class FakeToken
{
    public required string Text { get; init; }

    /// <summary>Empty for a batch token.</summary>
    public required string Accessor { get; init; }

    public required IReadOnlyList<string> Policies { get; init; }

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    public required DateTimeOffset Created { get; init; }

    public TimeSpan Ttl { get; set; }

    public TimeSpan ExplicitMaxTtl { get; init; }

    public DateTimeOffset? Expires { get; set; }

    public bool Renewable { get; init; }

    public bool Orphan { get; init; }

    public bool Batch { get; init; }

    public FakeToken? Parent { get; init; }

    public string DisplayName { get; init; } = "token";

    public string MadeAt { get; init; } = string.Empty;

    public string? Role { get; init; }

    /// <summary>0 for without limit, -1 once they are used up.</summary>
    public int Uses { get; set; }

    /// <summary>How many requests with it are refused before the node knows it.</summary>
    public int UnknownFor { get; set; }

    public bool Revoked { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>How many requests were made with it, also refused ones.</summary>
    public int Requests { get; set; }

    /// <summary>What a wrapping token holds.</summary>
    public FakeAnswer? Wrapped { get; init; }

    public string Type => Batch ? "batch" : "service";

    internal JsonObject ToAuth() => new()
    {
        ["client_token"] = Text,
        ["accessor"] = Accessor,
        ["policies"] = Names(Policies),
        ["token_policies"] = Names(Policies),
        ["metadata"] = MetaNode(),
        ["lease_duration"] = (long)Ttl.TotalSeconds,
        ["renewable"] = Renewable,
        ["entity_id"] = string.Empty,
        ["token_type"] = Type,
        ["orphan"] = Orphan,
    };

    internal JsonObject ToLookup(DateTimeOffset now, bool withId)
    {
        var data = new JsonObject
        {
            ["accessor"] = Accessor,
            ["creation_time"] = Created.ToUnixTimeSeconds(),
            ["creation_ttl"] = (long)Ttl.TotalSeconds,
            ["display_name"] = DisplayName,
            ["entity_id"] = string.Empty,
            ["expire_time"] = Expires is { } end ? FakeVault.Time(end) : null,
            ["explicit_max_ttl"] = (long)ExplicitMaxTtl.TotalSeconds,
            ["id"] = withId ? Text : string.Empty,
            ["issue_time"] = FakeVault.Time(Created),
            ["meta"] = MetaNode(),
            ["num_uses"] = Uses,
            ["orphan"] = Orphan,
            ["path"] = MadeAt,
            ["policies"] = Names(Policies),
            ["renewable"] = Renewable,
            ["ttl"] = Expires is { } over ? Math.Max(0, (long)(over - now).TotalSeconds) : 0,
            ["type"] = Type,
        };
        if (Role is not null)
        {
            data["role"] = Role;
        }

        return data;
    }

    internal static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    internal JsonObject? MetaNode() => Meta is null ? null : new JsonObject(Meta.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
}
