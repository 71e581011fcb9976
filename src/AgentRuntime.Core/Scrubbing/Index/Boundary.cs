namespace AgentRuntime.Scrubbing.Index;

/// <summary>What must stand around a form for it to count as the secret.</summary>
internal enum Boundary
{
    /// <summary>Anything.</summary>
    None,

    /// <summary>No ASCII letter or digit on either side.</summary>
    Word,

    /// <summary>The same quote on both sides, or a colon before and an at sign after: the only places where a common word is a credential.</summary>
    Quoted,
}
