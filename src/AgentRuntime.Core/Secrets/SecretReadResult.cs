namespace AgentRuntime.Secrets;

/// <summary>What a read gave.</summary>
public abstract record SecretReadResult
{
    private SecretReadResult()
    {
    }

    /// <summary>The store's own id of the request, for joining with the store's log.</summary>
    public string? StoreRequestId { get; init; }

    /// <summary>The accessor (not the token) of the short-lived store token that was used, if the store has such tokens.</summary>
    public string? TokenAccessor { get; init; }

    /// <summary>The value was read. The receiver owns <paramref name="Material"/>.</summary>
    public sealed record Found(SecretMaterial Material) : SecretReadResult
    {
        /// <summary>The right that the value was read with; the receiver ends it when the use ends. <c>null</c> when there is nothing to end.</summary>
        public StoreAccess? Access { get; init; }
    }

    /// <summary>The value was not read.</summary>
    /// <param name="Kind">What went wrong, for programs.</param>
    /// <param name="Message">What went wrong and what to do, for people; holds no value.</param>
    public sealed record Failed(SecretFailureKind Kind, string Message) : SecretReadResult;
}

/// <summary>The kinds of failure that every store maps its own errors to.</summary>
public enum SecretFailureKind
{
    /// <summary>No such credential or version.</summary>
    Missing,

    /// <summary>The version is disabled.</summary>
    Disabled,

    /// <summary>The version was deleted or destroyed.</summary>
    Deleted,

    /// <summary>The store refused this identity.</summary>
    Denied,

    /// <summary>The store asks to slow down.</summary>
    Throttled,

    /// <summary>The store cannot be reached, is sealed, locked or too slow.</summary>
    Unavailable,

    /// <summary>Wrong key, damaged or tampered data.</summary>
    Integrity,

    /// <summary>The stored value has not the expected fields or form, or is outside its validity.</summary>
    Invalid,

    /// <summary>Somebody else wrote in between (check-and-set failed).</summary>
    Conflict,
}
