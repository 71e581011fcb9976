namespace AgentRuntime.Scrubbing.Logging;

/// <summary>What the log shows of an exception: the scrubbed texts of the original and of its inner exceptions, with their type names and stack traces.</summary>
public sealed class ScrubbedException : Exception
{
    private readonly string _text;
    private readonly string? _stack;

    private ScrubbedException(string message, string text, string? stack, ScrubbedException? inner)
        : base(message, inner)
    {
        _text = text;
        _stack = stack;
    }

    /// <inheritdoc/>
    public override string? StackTrace => _stack;

    /// <summary>The scrubbed form of an exception; the same object when it is one already.</summary>
    public static ScrubbedException Of(IScrubber scrubber, Exception exception) =>
        exception as ScrubbedException
        ?? new ScrubbedException(
            scrubber.Scrub($"{exception.GetType().FullName}: {exception.Message}"),
            scrubber.Scrub(exception.ToString()),
            exception.StackTrace is { } stack ? scrubber.Scrub(stack) : null,
            exception.InnerException is { } inner ? Of(scrubber, inner) : null);

    /// <summary>The scrubbed text of the original, with its inner exceptions.</summary>
    public override string ToString() => _text;
}
