namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>A token role: which tokens may be minted through it.</summary>
internal sealed record TokenRole
{
    /// <summary>The policies that tokens may have; empty allows every policy of the one who asks, and more.</summary>
    public required IReadOnlyList<string> AllowedPolicies { get; init; }

    /// <summary>Patterns of policies; <c>null</c> when the server does not know them.</summary>
    public IReadOnlyList<string>? AllowedPoliciesGlob { get; init; }

    /// <summary>The policies that tokens never have.</summary>
    public IReadOnlyList<string> DisallowedPolicies { get; init; } = [];

    /// <summary>Whether tokens outlive the one who asked.</summary>
    public bool Orphan { get; init; }

    /// <summary>Whether tokens can be renewed.</summary>
    public bool Renewable { get; init; }

    /// <summary>The longest life of a token.</summary>
    public TimeSpan ExplicitMaxTtl { get; init; }

    /// <summary>The period of periodic tokens, which never end; zero for none.</summary>
    public TimeSpan Period { get; init; }

    /// <summary><c>service</c>, <c>batch</c> or <c>default-service</c>.</summary>
    public string TokenType { get; init; } = "service";

    /// <summary>Whether tokens get the policy <c>default</c> no matter what is asked; <c>null</c> when the server does not say.</summary>
    public bool? NoDefaultPolicy { get; init; }

    /// <summary>The entity aliases that tokens may take.</summary>
    public IReadOnlyList<string> AllowedEntityAliases { get; init; } = [];

    /// <summary>Reads the member <c>data</c> of the answer.</summary>
    public static TokenRole Read(JsonSlice data) => new()
    {
        AllowedPolicies = data["allowed_policies"].Strings(),
        AllowedPoliciesGlob = data["allowed_policies_glob"].Exists ? data["allowed_policies_glob"].Strings() : null,
        DisallowedPolicies = data["disallowed_policies"].Strings(),
        Orphan = data["orphan"].Bool() ?? false,
        Renewable = data["renewable"].Bool() ?? false,
        ExplicitMaxTtl = TimeSpan.FromSeconds(Math.Max(data["token_explicit_max_ttl"].Number() ?? 0, data["explicit_max_ttl"].Number() ?? 0)),
        Period = TimeSpan.FromSeconds(Math.Max(data["token_period"].Number() ?? 0, data["period"].Number() ?? 0)),
        TokenType = data["token_type"].Text() ?? string.Empty,
        NoDefaultPolicy = data["token_no_default_policy"].Bool(),
        AllowedEntityAliases = data["allowed_entity_aliases"].Strings(),
    };

    public void Write(VaultBody body)
    {
        body.Strings("allowed_policies", AllowedPolicies);
        body.Strings("disallowed_policies", DisallowedPolicies);
        body.Json.WriteBoolean("orphan", Orphan);
        body.Json.WriteBoolean("renewable", Renewable);
        body.Json.WriteString("token_explicit_max_ttl", Tokens.Seconds(ExplicitMaxTtl));
        body.Json.WriteString("token_period", Tokens.Seconds(Period));
        body.Json.WriteString("token_type", TokenType);
    }
}
