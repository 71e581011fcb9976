using System.Buffers;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Leaks;

/// <summary>Searches files for every known value in every encoding that the scrubber knows. Reports names, never values. Not thread-safe.</summary>
internal sealed class LeakSweep
{
    private const int ChunkSize = 16 * 1024;
    private readonly Scrubber _known;
    private readonly List<LeakHit> _hits = [];
    private readonly List<string> _unreadable = [];
    private readonly int _values;
    private string _place = string.Empty;
    private long _offset;
    private int _files;
    private long _bytes;

    /// <summary>A search for these values; they are copied into an index that knows nothing else.</summary>
    public LeakSweep(IReadOnlyCollection<SecretMaterial> values)
    {
        _known = new Scrubber(new ScrubberOptions { Shapes = false, OnRedaction = (label, count) => _hits.Add(new LeakHit(_place, _offset, label, count)) });
        _known.RegisterAll(values);
        _values = values.Count;
    }

    /// <summary>Searches files and folders with everything below them.</summary>
    public async Task<LeakReport> SearchAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        foreach (var file in paths.SelectMany(FilesOf))
        {
            await SearchFileAsync(file, cancellationToken);
        }

        return new LeakReport(_files, _bytes, _values, [.. _hits], [.. _unreadable]);
    }

    private static IEnumerable<string> FilesOf(string path) => File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false });

    private async Task SearchFileAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            _files++;
            await SearchStreamAsync(stream, file, cancellationToken);
            stream.Position = 0;
            await foreach (var (content, place) in ArchiveContent.OpenAsync(stream, file, cancellationToken))
            {
                await SearchStreamAsync(content, place, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _unreadable.Add(file);
        }
    }

    private async Task SearchStreamAsync(Stream stream, string place, CancellationToken cancellationToken)
    {
        _place = place;
        _offset = 0;
        var search = _known.OpenStream();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var discarded = new ArrayBufferWriter<byte>(2 * ChunkSize);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(chunk.AsMemory(0, ChunkSize), cancellationToken)) > 0)
            {
                search.Write(chunk.AsSpan(0, read), discarded);
                discarded.ResetWrittenCount();
                _offset += read;
                _bytes += read;
            }

            search.Complete(discarded);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk, clearArray: true);
        }
    }
}
