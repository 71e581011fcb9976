namespace AgentRuntime.Secrets;

/// <summary>A store that gives each attempt a right of its own, which takes time to make. Thread-safe.</summary>
/// <remarks>
/// Making the right reads no value. It may begin before the audit intent is durable, so that it costs no wait; a right that is not used is ended.
/// A store of this kind also serves a read without a prepared right, by making one itself.
/// </remarks>
public interface IStepAccessStore : ISecretStore
{
    /// <summary>Makes the right for the attempt of <paramref name="request"/>, or gives <c>null</c> when that failed; the read then says why.</summary>
    ValueTask<StoreAccess?> PrepareAsync(SecretReadRequest request, CancellationToken cancellationToken);
}
