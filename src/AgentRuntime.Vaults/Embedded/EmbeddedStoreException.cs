using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.Embedded;

/// <summary>The embedded store cannot be opened, created or given a new master key. Nothing was changed by the attempt.</summary>
/// <remarks>The message is for the operator: it names the file, what is wrong and what to do next, and holds no secret.</remarks>
public sealed class EmbeddedStoreException(EmbeddedStoreErrorKind kind, string message, Exception? inner = null)
    : SecretStoreException(kind == EmbeddedStoreErrorKind.Unavailable ? SecretFailureKind.Unavailable : SecretFailureKind.Integrity, message, inner)
{
    /// <summary>What is wrong, for programs.</summary>
    public EmbeddedStoreErrorKind Kind { get; } = kind;
}

/// <summary>What is wrong with an embedded store or its master key.</summary>
public enum EmbeddedStoreErrorKind
{
    /// <summary>There is no store, and it was not to be created.</summary>
    NotFound,

    /// <summary>The file is something else than a SQLite database.</summary>
    NotADatabase,

    /// <summary>The file is a database of something else.</summary>
    NotAStore,

    /// <summary>The file is shorter than it says it is.</summary>
    Truncated,

    /// <summary>The content was changed or damaged.</summary>
    Damaged,

    /// <summary>A newer release wrote the file.</summary>
    NewerFormat,

    /// <summary>The master key is a valid one, but not the one of this store.</summary>
    WrongKey,

    /// <summary>The store exists, its master key does not.</summary>
    MissingKey,

    /// <summary>Others can read or change the key file.</summary>
    KeyPermissions,

    /// <summary>The key file has not the form of a key file.</summary>
    KeyFileInvalid,

    /// <summary>The store was sealed with another kind of master key than the settings name.</summary>
    KeySourceMismatch,

    /// <summary>No passphrase, or an unusable one, was given.</summary>
    NoPassphrase,

    /// <summary>Others can change the store's file.</summary>
    StorePermissions,

    /// <summary>The file is locked, or cannot be read or written.</summary>
    Unavailable,
}
