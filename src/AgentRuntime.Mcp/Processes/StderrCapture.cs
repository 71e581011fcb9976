using System.Buffers;
using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.Mcp.Processes;

/// <summary>Reads a process' error output to its end, scrubs it as a stream, keeps the last part and logs its lines at Debug.</summary>
/// <remarks>What is kept, logged or returned went through the scrubber. <see cref="Tail"/> is thread-safe.</remarks>
internal sealed partial class StderrCapture(ServerName server, IScrubber scrubber, int capacity, ILogger logger)
{
    private const int MaxLoggedLines = 2000;
    private const int MaxLineChars = 2000;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly ArrayBufferWriter<byte> _clean = new();
    private int _kept;
    private int _logged;

    /// <summary>The last lines, scrubbed, at most the capacity.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Reads until the stream ends. Never throws for a broken stream: error output is a convenience.</summary>
    public async Task RunAsync(Stream stderr)
    {
        var scrub = scrubber.OpenStream();
        var chunk = new byte[4096];
        try
        {
            int read;
            while ((read = await stderr.ReadAsync(chunk)) > 0)
            {
                scrub.Write(chunk.AsSpan(0, read), _clean);
                TakeLines(complete: false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
        }

        scrub.Complete(_clean);
        TakeLines(complete: true);
    }

    private void TakeLines(bool complete)
    {
        var rest = _clean.WrittenSpan;
        while (rest.Length > 0)
        {
            var feed = rest.IndexOf((byte)'\n');
            if (feed < 0 && !complete && rest.Length < MaxLineChars)
            {
                break;
            }

            var line = feed < 0 ? rest : rest[..feed];
            var kept = line.Length > MaxLineChars ? line[..MaxLineChars] : line;
            Add(Encoding.UTF8.GetString(kept).TrimEnd('\r'));
            rest = feed < 0 ? default : rest[(feed + 1)..];
        }

        var left = rest.ToArray();
        _clean.ResetWrittenCount();
        _clean.Write(left);
    }

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            _kept += line.Length + 1;
            while (_kept > capacity && _lines.TryDequeue(out var oldest))
            {
                _kept -= oldest.Length + 1;
            }
        }

        if (_logged < MaxLoggedLines)
        {
            _logged++;
            LogLine(logger, server, line);
        }
        else if (_logged == MaxLoggedLines)
        {
            _logged++;
            LogFlood(logger, server, MaxLoggedLines);
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "{Server} wrote to its error output: {Line}")]
    private static partial void LogLine(ILogger logger, ServerName server, string line);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Debug, Message = "{Server} wrote more than {Lines} lines to its error output; the rest is not logged.")]
    private static partial void LogFlood(ILogger logger, ServerName server, int lines);
}
