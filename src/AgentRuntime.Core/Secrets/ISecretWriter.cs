using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>A store that can be written to. Thread-safe.</summary>
public interface ISecretWriter
{
    /// <summary>Stores a new version, which becomes the current one, and returns it. Fields are copied; the caller keeps its own.</summary>
    /// <remarks>Gives <see cref="SecretFailureKind.Conflict"/> and stores nothing when <paramref name="condition"/> does not hold.</remarks>
    ValueTask<SecretWriteResult> SetAsync(CredentialName credential, IReadOnlyDictionary<string, SecretValue> fields, WriteCondition condition, SecretAccessContext context, CancellationToken cancellationToken);

    /// <summary>Makes a version (the current one if <c>null</c>) unreadable until enabled again.</summary>
    ValueTask<SecretWriteResult> DisableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken);

    /// <summary>Undoes <see cref="DisableAsync"/>.</summary>
    ValueTask<SecretWriteResult> EnableAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken);

    /// <summary>Destroys a version, or all versions when <c>null</c>: the value is gone, the metadata stays.</summary>
    ValueTask<SecretWriteResult> DeleteAsync(CredentialName credential, CredentialVersion? version, SecretAccessContext context, CancellationToken cancellationToken);
}

/// <summary>What a write gave.</summary>
/// <param name="Version">The version written or changed; <c>null</c> on failure or when all were meant.</param>
/// <param name="Failure">The kind of failure, or <c>null</c> on success.</param>
/// <param name="Message">For people, on failure; holds no value.</param>
public sealed record SecretWriteResult(CredentialVersion? Version, SecretFailureKind? Failure = null, string? Message = null)
{
    /// <summary>Whether the write was done.</summary>
    public bool Succeeded => Failure is null;
}
