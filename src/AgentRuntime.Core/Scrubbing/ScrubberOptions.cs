namespace AgentRuntime.Scrubbing;

/// <summary>How a <see cref="Scrubber"/> works.</summary>
public sealed record ScrubberOptions
{
    /// <summary>The key of the fingerprints in shape labels, at least 16 bytes; <c>null</c> means a random key for this process. The array is not copied.</summary>
    public byte[]? FingerprintKey { get; init; }

    /// <summary>Whether credential-shaped strings are redacted besides the known values. Default true.</summary>
    public bool Shapes { get; init; } = true;

    /// <summary>
    /// Called after each scrub that changed something, once for each label, with the number of redactions; never with the text.
    /// Called on the thread that scrubs; must be fast, thread-safe and must not throw.
    /// </summary>
    public Action<string, int>? OnRedaction { get; init; }
}
