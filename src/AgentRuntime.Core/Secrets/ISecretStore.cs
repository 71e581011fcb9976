namespace AgentRuntime.Secrets;

/// <summary>Where values live. Reading is all that every store can do; more is said by the small interfaces beside this one.</summary>
/// <remarks>
/// Thread-safe. A store reports what it expects to go wrong as <see cref="SecretReadResult.Failed"/>; it throws
/// <see cref="OperationCanceledException"/> when cancelled. What a failed read held open is ended by the store. Messages never quote a value. A store never sees a workflow's content.
/// </remarks>
public interface ISecretStore
{
    /// <summary>The store's short name for audit entries: <c>embedded</c>, <c>vault</c>, <c>aws</c>, <c>azure</c>.</summary>
    string Name { get; }

    /// <summary>Reads the current version, or the version asked for.</summary>
    ValueTask<SecretReadResult> ReadAsync(SecretReadRequest request, CancellationToken cancellationToken);
}
