using System.Text.Json;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Output;

/// <summary>The only way for a command to say something. Everything goes through the scrubber.</summary>
internal interface IOutput
{
    /// <summary>Whether the answer is one JSON document.</summary>
    bool IsJson { get; }

    /// <summary>Whether a person watches: a terminal, and no <c>--json</c>.</summary>
    bool IsLive { get; }

    /// <summary>Whether details are wanted.</summary>
    bool IsVerbose { get; }

    /// <summary>Text on standard output; silent with <c>--json</c>.</summary>
    ITextOutput Text { get; }

    /// <summary>The answer, as one JSON document or as text.</summary>
    void Show(Action<Utf8JsonWriter> json, Action<ITextOutput> text);

    /// <summary>One line on standard output as it is, whatever the mode; for filters and exports whose lines are a format of their own.</summary>
    void RawLine(string line);

    /// <summary>One line of JSON on standard output, whatever the mode; for lists that are JSON lines.</summary>
    void JsonLine(Action<Utf8JsonWriter> json);

    /// <summary>A remark for people on standard error; silent with <c>--json</c>.</summary>
    void Note(string message, Tone tone = Tone.Normal);

    /// <summary>Says why the command ends: on standard error, or as the JSON document. Does not throw when that cannot be written.</summary>
    void Fail(CliError error, Exception? cause = null);

    /// <summary>Copies bytes to standard output as one scrubbed stream.</summary>
    Task FilterAsync(Stream source, CancellationToken cancellationToken);

    /// <summary>Shows a table that changes while <paramref name="body"/> works. Only when <see cref="IsLive"/>.</summary>
    Task LiveAsync(TextTable first, Func<Action<TextTable>, Task> body);
}
