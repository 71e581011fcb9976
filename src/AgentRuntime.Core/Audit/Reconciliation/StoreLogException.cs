namespace AgentRuntime.Audit.Reconciliation;

/// <summary>A log of a secret store cannot be read. The message is for the operator; it names the place and never quotes the content.</summary>
public sealed class StoreLogException(StoreLogFault fault, long line, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is wrong, for programs.</summary>
    public StoreLogFault Fault { get; } = fault;

    /// <summary>The line, from 1.</summary>
    public long Line { get; } = line;
}

/// <summary>What can be wrong with a log.</summary>
public enum StoreLogFault
{
    /// <summary>A line or an entry is not JSON.</summary>
    NotJson,

    /// <summary>An entry is longer than the limit.</summary>
    TooLong,

    /// <summary>An entry is JSON but not an entry of this kind of log.</summary>
    WrongFormat,

    /// <summary>The list of entries ends in the middle.</summary>
    Truncated,
}
