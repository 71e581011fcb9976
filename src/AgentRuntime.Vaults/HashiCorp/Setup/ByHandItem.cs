namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Something that only the operator can decide; it is named and not written.</summary>
/// <param name="name">What it is.</param>
/// <param name="lines">What to do.</param>
internal sealed class ByHandItem(string name, params string[] lines) : SetupItem(name)
{
    /// <inheritdoc/>
    public override bool CanBeWritten => false;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Lines { get; } = lines;

    /// <inheritdoc/>
    public override ValueTask<SetupState> LookAsync(VaultOperator vault, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new SetupState(SetupStatus.Missing, [.. Lines.Select(static line => $"  {line}")]));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(VaultOperator vault, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
