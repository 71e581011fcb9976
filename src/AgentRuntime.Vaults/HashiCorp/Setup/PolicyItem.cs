using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>An ACL policy.</summary>
/// <param name="policy">Its name.</param>
/// <param name="text">Its text.</param>
internal sealed class PolicyItem(string policy, string text) : SetupItem($"policy {policy}")
{
    /// <summary>The policy's name.</summary>
    public string Policy { get; } = policy;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; } = Split(text);

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        using var found = await vault.FindAsync(Sys.ReadPolicy(Policy), cancellationToken);
        return found is null ? SetupState.Missing(Lines) : SetupState.Compare(Lines, Split(found.Data["policy"].Text() ?? string.Empty));
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken) => vault.SendAsync(Sys.WritePolicy(Policy, text), cancellationToken);

    private static string[] Split(string text) => text.TrimEnd().Split('\n');
}
