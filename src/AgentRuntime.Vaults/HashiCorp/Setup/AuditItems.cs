using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>A request header that the vault writes into its audit log in clear.</summary>
/// <param name="header">The header.</param>
internal sealed class AuditedHeaderItem(string header) : SetupItem($"audited header {header}")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; } = ["hmac = false"];

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        using var found = await vault.FindAsync(Sys.AuditedHeaders(), cancellationToken);

        // A vault keeps the names in small letters.
        var there = (found?.Data ?? default)["headers"].Members().FirstOrDefault(pair => string.Equals(pair.Name, header, StringComparison.OrdinalIgnoreCase)).Value;
        return there.Exists ? SetupState.Compare(Lines, [$"hmac = {(there["hmac"].Bool() is true ? "true" : "false")}"]) : SetupState.Missing(Lines);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken) => vault.SendAsync(Sys.AuditHeader(header, hmac: false), cancellationToken);
}

/// <summary>At least one audit device. Where it writes to is the operator's choice, so it is not made.</summary>
internal sealed class AuditDeviceItem() : SetupItem("audit device")
{
    /// <inheritdoc/>
    public override bool CanBeWritten => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; } = ["at least one; for example: vault audit enable file file_path=/var/log/vault/audit.log"];

    /// <inheritdoc/>
    public override async ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken)
    {
        using var found = await vault.FindAsync(Sys.AuditDevices(), cancellationToken);
        return found is not null && found.Data.Members().Any(static device => device.Value["type"].Exists) ? SetupState.Same : SetupState.Missing(Lines);
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
