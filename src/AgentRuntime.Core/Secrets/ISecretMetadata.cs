using AgentRuntime.Names;

namespace AgentRuntime.Secrets;

/// <summary>A store that can list what it holds, without values. Thread-safe.</summary>
public interface ISecretMetadata
{
    /// <summary>Every credential that the store holds, ordered by name.</summary>
    /// <param name="known">The names that the workspace uses. A store whose identity may not list answers for these only.</param>
    /// <param name="context">Who asks and why.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="SecretStoreException">The store cannot be asked, or refuses.</exception>
    ValueTask<IReadOnlyList<SecretDescription>> ListAsync(IReadOnlyCollection<CredentialName> known, SecretAccessContext context, CancellationToken cancellationToken);

    /// <summary>One credential, or <c>null</c>.</summary>
    /// <exception cref="SecretStoreException">The store cannot be asked, or refuses.</exception>
    ValueTask<SecretDescription?> DescribeAsync(CredentialName credential, SecretAccessContext context, CancellationToken cancellationToken);
}

/// <summary>A credential without its value.</summary>
/// <param name="Credential">Its name.</param>
/// <param name="Current">The version that a read gives, or <c>null</c> if none is readable.</param>
/// <param name="Versions">All versions, newest first.</param>
public sealed record SecretDescription(CredentialName Credential, CredentialVersion? Current, IReadOnlyList<SecretVersionDescription> Versions);

/// <summary>One version without its value.</summary>
/// <param name="Version">The version.</param>
/// <param name="State">Whether it can be read.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Fields">The names of its fields; empty when the store does not know them without the value.</param>
/// <param name="LastRead">When it was last read, if the store knows.</param>
public sealed record SecretVersionDescription(CredentialVersion Version, SecretVersionState State, DateTimeOffset Created, IReadOnlyList<string> Fields, DateTimeOffset? LastRead);

/// <summary>Whether a version can be read.</summary>
public enum SecretVersionState
{
    /// <summary>It can be read.</summary>
    Enabled,

    /// <summary>It cannot be read until enabled.</summary>
    Disabled,

    /// <summary>Its value is gone.</summary>
    Deleted,
}
