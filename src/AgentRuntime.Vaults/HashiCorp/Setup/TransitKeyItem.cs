using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>The transit key that seals values: it never leaves the vault.</summary>
/// <param name="mount">The engine.</param>
/// <param name="key">The key.</param>
internal sealed class TransitKeyItem(VaultPath mount, string key) : SetupItem($"transit key {mount}/{key}")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; } = Describe(Transit.KeyType, derived: true, exportable: false);

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        using var found = await vault.FindAsync(Transit.ReadKey(mount, key), cancellationToken);
        return found is null
            ? SetupState.Missing(Lines)
            : SetupState.Compare(Lines, Describe(found.Data["type"].Text() ?? "unknown", found.Data["derived"].Bool() is true, found.Data["exportable"].Bool() is true));
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        if ((await LookAsync(vault, cancellationToken)).Status == SetupStatus.Different)
        {
            throw new Secrets.SecretStoreException(Secrets.SecretFailureKind.Conflict, $"The transit key {mount}/{key} is of another kind already, and it is not replaced. Name another key in agentruntime.json.");
        }

        await vault.SendAsync(Transit.CreateKey(mount, key), cancellationToken);
    }

    private static string[] Describe(string type, bool derived, bool exportable) =>
        [$"type = {type}", $"derived = {(derived ? "true" : "false")}", $"exportable = {(exportable ? "true" : "false")}"];
}
