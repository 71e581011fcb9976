using System.Text;
using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Output;

/// <summary>Collects what one write says, scrubs it as a whole and passes it on. Thread-safe.</summary>
/// <remarks>
/// The unit is everything between two flushes, or up to the end of a line. Longer units are better for the scrubber: a value that is broken
/// over two writes of the same unit is still found.
/// </remarks>
internal sealed class ScrubbingTextWriter(Stream target, IScrubber scrubber) : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _pending = new();

    /// <inheritdoc/>
    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <inheritdoc/>
    public override string NewLine => "\n";

    /// <inheritdoc/>
    public override void Write(char value) => Append([value]);

    /// <inheritdoc/>
    public override void Write(string? value) => Append(value);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Append(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Append(buffer);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Append(value + NewLine);

    /// <inheritdoc/>
    public override void Flush()
    {
        lock (_gate)
        {
            Release();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                Flush();
            }
            catch (IOException)
            {
                // Nobody can be told any more.
            }
        }

        base.Dispose(disposing);
    }

    private void Append(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            _pending.Append(text);
            if (text.EndsWith('\n'))
            {
                Release();
            }
        }
    }

    private void Release()
    {
        if (_pending.Length == 0)
        {
            return;
        }

        var text = scrubber.Scrub(_pending.ToString());
        _pending.Clear();
        target.Write(Encoding.GetBytes(text));
        target.Flush();
    }
}
