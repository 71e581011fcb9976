using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>The token role of step tokens: an explicit list of policies, no pattern, no renewal, ending with the runtime's own token.</summary>
internal sealed class TokenRoleItem : SetupItem
{
    private readonly string _role;
    private readonly TokenRole _wanted;

    /// <summary>The role for these credentials.</summary>
    public TokenRoleItem(VaultSetupOptions options)
        : base($"token role {options.TokenRole}")
    {
        _role = options.TokenRole;
        _wanted = new TokenRole
        {
            AllowedPolicies = [.. options.Credentials.Select(options.Names.Policy).Order(StringComparer.Ordinal)],
            DisallowedPolicies = ["root"],
            ExplicitMaxTtl = options.StepTtl,
            TokenType = options.Mode == VaultTokenMode.Batch ? "batch" : "service",
            Orphan = options.Mode == VaultTokenMode.Batch,
        };
        Lines = Describe(_wanted);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; }

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        using var found = await vault.FindAsync(Tokens.ReadRole(_role), cancellationToken);
        return found is null ? SetupState.Missing(Lines) : SetupState.Compare(Lines, Describe(TokenRole.Read(found.Data)));
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken) => vault.SendAsync(Tokens.WriteRole(_role, _wanted), cancellationToken);

    private static string[] Describe(TokenRole role)
    {
        // An empty list allows every policy: that must not look like nothing.
        IEnumerable<string> allowed = role.AllowedPolicies.Count > 0
            ? role.AllowedPolicies.Order(StringComparer.Ordinal).Select(static policy => $"allowed policy {policy}")
            : ["allowed policy: every one"];
        return
        [
            .. allowed,
            .. (role.AllowedPoliciesGlob ?? []).Order(StringComparer.Ordinal).Select(static pattern => $"allowed policies like {pattern}"),
            .. role.DisallowedPolicies.Order(StringComparer.Ordinal).Select(static policy => $"never policy {policy}"),
            .. role.AllowedEntityAliases.Order(StringComparer.Ordinal).Select(static alias => $"entity alias {alias}"),
            $"token_type = {role.TokenType}",
            $"token_explicit_max_ttl = {Tokens.Seconds(role.ExplicitMaxTtl)}",
            $"token_period = {Tokens.Seconds(role.Period)}",
            $"renewable = {(role.Renewable ? "true" : "false")}",
            $"orphan = {(role.Orphan ? "true" : "false")}",
        ];
    }
}
