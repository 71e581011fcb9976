namespace AgentRuntime.Json;

/// <summary>How strictly a file is read. Every dialect refuses duplicate members, invalid UTF-8 and data after the value.</summary>
public enum JsonDialect
{
    /// <summary>RFC 8259: no comments, no trailing commas. For workflow definitions, which are data.</summary>
    Strict,

    /// <summary>Comments and trailing commas are allowed. For files that people keep by hand.</summary>
    Relaxed,
}
