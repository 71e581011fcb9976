using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Output;

/// <summary>Writes for a person on a terminal, as plain lines into a pipe, or as JSON.</summary>
internal sealed class Terminal : IOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConsoleStreams _streams;
    private readonly TerminalText? _live;
    private readonly ITextOutput _errors;

    public Terminal(ConsoleStreams streams, GlobalOptions options)
    {
        _streams = streams;
        IsJson = options.Json;
        IsVerbose = options.Verbose;
        if (IsJson)
        {
            Text = new SilentText();
        }
        else if (streams.OutIsTerminal)
        {
            _live = new TerminalText(TerminalWindow.Open(streams.Out, options.Color));
            Text = _live;
        }
        else
        {
            Text = new PlainText(streams.Out);
        }

        _errors = streams.ErrorIsTerminal ? new TerminalText(TerminalWindow.Open(streams.Error, options.Color)) : new PlainText(streams.Error);
    }

    /// <inheritdoc/>
    public bool IsJson { get; }

    /// <inheritdoc/>
    public bool IsLive => _live is not null;

    /// <inheritdoc/>
    public bool IsVerbose { get; }

    /// <inheritdoc/>
    public ITextOutput Text { get; }

    /// <inheritdoc/>
    public void Show(Action<Utf8JsonWriter> json, Action<ITextOutput> text)
    {
        if (IsJson)
        {
            WriteJson(json, Indented);
        }
        else
        {
            text(Text);
        }
    }

    /// <inheritdoc/>
    public void RawLine(string line) => _streams.Out.WriteLine(line);

    /// <inheritdoc/>
    public void JsonLine(Action<Utf8JsonWriter> json) => WriteJson(json, OneLine);

    /// <inheritdoc/>
    public void Note(string message, Tone tone = Tone.Normal)
    {
        if (!IsJson)
        {
            _errors.Line(new Piece(message, tone));
        }
    }

    /// <inheritdoc/>
    public void Fail(CliError error, Exception? cause = null)
    {
        try
        {
            if (IsJson)
            {
                WriteJson(json => ErrorView.WriteJson(json, error), Indented);
            }
            else
            {
                ErrorView.WriteText(_errors, error);
            }

            if (IsVerbose && cause is not null)
            {
                _streams.Error.WriteLine(cause.ToString());
            }
        }
        catch (IOException)
        {
            // The stream takes nothing, as on a full disk, which may be the very error. The exit code still says it.
        }
    }

    /// <inheritdoc/>
    public Task FilterAsync(Stream source, CancellationToken cancellationToken) => _streams.CopyScrubbedAsync(source, cancellationToken);

    /// <inheritdoc/>
    public Task LiveAsync(TextTable first, Func<Action<TextTable>, Task> body) =>
        _live is null ? throw new InvalidOperationException("A live table needs a terminal.") : _live.LiveAsync(first, body);

    /// <summary>Scrubs value by value, so that a redaction can never break the document.</summary>
    private void WriteJson(Action<Utf8JsonWriter> json, JsonWriterOptions options)
    {
        var draft = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(draft))
        {
            json(writer);
        }

        using var document = JsonDocument.Parse(draft.WrittenMemory);
        var clean = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(clean, options))
        {
            _streams.Scrubber.Scrub(document.RootElement).Element.WriteTo(writer);
        }

        _streams.Out.WriteLine(Encoding.UTF8.GetString(clean.WrittenSpan));
    }
}
