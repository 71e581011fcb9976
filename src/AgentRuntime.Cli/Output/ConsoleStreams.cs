using AgentRuntime.Scrubbing;

namespace AgentRuntime.Cli.Output;

/// <summary>The process's standard streams, behind the scrubber. The only place that names the console for output.</summary>
/// <remarks>Whatever a library prints on its own goes through the same writers.</remarks>
internal sealed class ConsoleStreams : IDisposable
{
    private readonly Stream _rawOut = Console.OpenStandardOutput();
    private readonly Stream _rawError = Console.OpenStandardError();

    public ConsoleStreams(IScrubber scrubber)
    {
        Scrubber = scrubber;
        Out = new ScrubbingTextWriter(_rawOut, scrubber);
        Error = new ScrubbingTextWriter(_rawError, scrubber);
        Console.SetOut(Out);
        Console.SetError(Error);
    }

    /// <summary>Standard output.</summary>
    public ScrubbingTextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public ScrubbingTextWriter Error { get; }

    /// <summary>Scrubs everything that leaves.</summary>
    public IScrubber Scrubber { get; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutIsTerminal { get; } = !Console.IsOutputRedirected;

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; } = !Console.IsErrorRedirected;

    /// <summary>Copies bytes to standard output as one scrubbed stream.</summary>
    public async Task CopyScrubbedAsync(Stream source, CancellationToken cancellationToken)
    {
        Out.Flush();
        var stream = Scrubber.OpenStream();
        var clean = new System.Buffers.ArrayBufferWriter<byte>(128 * 1024);
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await source.ReadAsync(chunk, cancellationToken)) > 0)
        {
            stream.Write(chunk.AsSpan(0, read), clean);
            await PassOnAsync(clean, cancellationToken);
        }

        stream.Complete(clean);
        await PassOnAsync(clean, cancellationToken);
        await _rawOut.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Out.Dispose();
        Error.Dispose();
        _rawOut.Dispose();
        _rawError.Dispose();
    }

    private async Task PassOnAsync(System.Buffers.ArrayBufferWriter<byte> clean, CancellationToken cancellationToken)
    {
        await _rawOut.WriteAsync(clean.WrittenMemory, cancellationToken);
        clean.ResetWrittenCount();
    }
}
