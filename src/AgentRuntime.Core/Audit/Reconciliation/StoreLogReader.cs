using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AgentRuntime.Audit.Reconciliation;

/// <summary>Reads the log of one kind of secret store and gives the requests for values in it. Streams: never holds more than one entry of the log.</summary>
/// <remarks>
/// Several files are read one after another with the same reader, the oldest first, so that what one file says of a token is known in the next.
/// Values are never looked at, also when a log is configured to hold them. Not thread-safe.
/// </remarks>
public abstract class StoreLogReader
{
    /// <summary>The greatest length of one entry by default: 16 MiB.</summary>
    public const int DefaultEntryLimit = 16 * 1024 * 1024;

    private readonly string? _listMember;
    private readonly int _limit;

    private protected StoreLogReader(string? listMember, int entryLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entryLimit, 1024);
        _listMember = listMember;
        _limit = entryLimit;
    }

    /// <summary>The store's word in audit entries.</summary>
    public abstract string Store { get; }

    /// <summary>How much was read so far.</summary>
    public StoreLogExtent Extent { get; } = new();

    /// <summary>The line of the last file that ends in the middle of an entry and was left out; <c>null</c> when the file is whole.</summary>
    public long? CutOffLine { get; private set; }

    /// <summary>The name of the file that is being read.</summary>
    private protected string? File { get; private set; }

    /// <summary>Reads one file.</summary>
    /// <param name="log">Its content, not compressed.</param>
    /// <param name="file">Its name, for <see cref="StoreReadRecord.File"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="StoreLogException">It is not such a log. The message gives the line and quotes nothing.</exception>
    public async IAsyncEnumerable<StoreReadRecord> ReadAsync(Stream log, string? file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CutOffLine = null;
        File = file;
        await foreach (var entry in new LogRecordReader(log, _listMember, _limit).ReadAsync(cancellationToken))
        {
            if (Parse(entry) is { } read)
            {
                yield return read;
            }
        }
    }

    /// <summary>What is known to be unfinished after the last file.</summary>
    public virtual IEnumerable<StoreReadRecord> Complete() => [];

    /// <summary>The request for a value that an entry tells of, if it does.</summary>
    /// <exception cref="StoreLogException">It is not an entry of this log.</exception>
    private protected abstract StoreReadRecord? Interpret(JsonElement entry, long line);

    /// <summary>The time of an entry, which counts it.</summary>
    private protected DateTimeOffset Count(JsonElement entry, string member, long line)
    {
        var time = LogJson.Time(entry, member) ?? throw Wrong(line, $"has no time in \"{member}\"");
        Extent.Add(time);
        return time;
    }

    private protected static StoreLogException Wrong(long line, string what) =>
        new(StoreLogFault.WrongFormat, line, string.Create(CultureInfo.InvariantCulture, $"Line {line}: the entry {what}."));

    private StoreReadRecord? Parse(LogRecord entry)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(entry.Json);
        }
        catch (JsonException) when (entry.IsOpen && Extent.Entries > 0)
        {
            CutOffLine = entry.Line;
            return null;
        }
        catch (JsonException)
        {
            // The reader's own message quotes what it does not like.
            throw new StoreLogException(StoreLogFault.NotJson, entry.Line, string.Create(CultureInfo.InvariantCulture, $"Line {entry.Line} is not JSON."));
        }

        using (document)
        {
            try
            {
                return document.RootElement.ValueKind == JsonValueKind.Object ? Interpret(document.RootElement, entry.Line) : throw Wrong(entry.Line, "is not an object");
            }
            catch (InvalidOperationException)
            {
                throw Wrong(entry.Line, "holds a text that is not Unicode");
            }
        }
    }
}
