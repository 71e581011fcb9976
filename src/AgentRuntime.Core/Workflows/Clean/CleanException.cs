namespace AgentRuntime.Workflows.Clean;

/// <summary>A finding that an author declared to be a false alarm, in view of every reviewer.</summary>
/// <param name="Pointer">The place of the finding.</param>
/// <param name="Code">The finding's code.</param>
/// <param name="Reason">Why it is none, at least 10 characters.</param>
public sealed record CleanException(string Pointer, string Code, string Reason);
