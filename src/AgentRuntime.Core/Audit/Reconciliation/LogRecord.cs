namespace AgentRuntime.Audit.Reconciliation;

/// <summary>The bytes of one entry of a log; valid until the next one is asked for.</summary>
/// <param name="Json">The entry.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="IsOpen">Whether it is the last line and has no line break: a writer may have been in the middle of it.</param>
internal readonly record struct LogRecord(ReadOnlyMemory<byte> Json, long Line, bool IsOpen);
