using System.IO.Compression;
using System.Runtime.CompilerServices;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.Cli.Commands.Audit;

/// <summary>Reads the files of one store's log, also compressed with gzip.</summary>
internal sealed class LogFiles(StoreLogReader reader, IReadOnlyList<string> files)
{
    private readonly List<(string File, long Line)> _cutOff = [];

    /// <summary>What reads them.</summary>
    public StoreLogReader Reader => reader;

    /// <summary>The files, in the order in which they are read.</summary>
    public IReadOnlyList<string> Names => files;

    /// <summary>The files that end in the middle of an entry, and the line that was left out.</summary>
    public IReadOnlyList<(string File, long Line)> CutOff => _cutOff;

    /// <summary>The requests for values in all files.</summary>
    /// <exception cref="CliException">A file is no such log, or damaged, or there is no entry in any.</exception>
    public async IAsyncEnumerable<StoreReadRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            await using var stream = Open(file);
            await using var reads = reader.ReadAsync(stream, file, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(reads, file))
            {
                yield return reads.Current;
            }

            if (reader.CutOffLine is { } line)
            {
                _cutOff.Add((file, line));
            }
        }

        foreach (var read in reader.Complete())
        {
            yield return read;
        }

        if (reader.Extent.Entries == 0)
        {
            throw new CliException(ExitCode.BadInput, "log_empty", $"The log of the store '{reader.Store}' has no entry, so it says nothing: {string.Join(", ", files)}.", "Name the files of the time in question.");
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<StoreReadRecord> reads, string file)
    {
        try
        {
            return await reads.MoveNextAsync();
        }
        catch (StoreLogException exception)
        {
            throw new CliException(new CliError(ExitCode.BadInput, CodeOf(exception.Fault), $"{file}: {exception.Message}", HintOf(exception.Fault)), exception);
        }
        catch (InvalidDataException exception)
        {
            throw new CliException(new CliError(ExitCode.BadInput, "log_damaged", $"{file}: the compressed data are damaged or not complete.", "Fetch the file again."), exception);
        }
    }

    private static Stream Open(string file)
    {
        var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan | FileOptions.Asynchronous });
        try
        {
            var isCompressed = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
            stream.Position = 0;
            return isCompressed ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static string CodeOf(StoreLogFault fault) => fault switch
    {
        StoreLogFault.NotJson => "log_not_json",
        StoreLogFault.TooLong => "log_entry_too_long",
        StoreLogFault.WrongFormat => "log_wrong_format",
        _ => "log_truncated",
    };

    private static string HintOf(StoreLogFault fault) => fault switch
    {
        StoreLogFault.WrongFormat => "Each kind of log has its own option: --vault-audit, --cloudtrail, --azure-log.",
        StoreLogFault.Truncated => "Fetch the file again.",
        _ => "Look at that line. A log with a damaged line proves nothing, so nothing was compared.",
    };
}
