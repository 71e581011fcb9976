using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using AgentRuntime.Scrubbing.Index;

namespace AgentRuntime.Scrubbing.Search;

/// <summary>One search over files, folders and the archives among them. Not thread-safe.</summary>
internal sealed class FileSearch(SecretIndex index, Scrubber scrubber)
{
    private const int HeadBytes = 512;

    private readonly List<LeakFinding> _findings = [];
    private readonly List<string> _problems = [];
    private long _total;
    private long _files;
    private long _bytes;

    public LeakSearchResult Result() => new(_findings, _total, _files, _bytes, _problems);

    public async Task SearchFolderAsync(string folder, CancellationToken cancellationToken)
    {
        var pending = new Stack<string>([folder]);
        while (pending.TryPop(out var current))
        {
            try
            {
                foreach (var entry in new DirectoryInfo(current).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
                {
                    SearchName(entry.FullName, entry.Name);
                    if (entry.LinkTarget is { } link)
                    {
                        SearchName(entry.FullName, link);
                    }
                    else if (entry is DirectoryInfo)
                    {
                        pending.Push(entry.FullName);
                    }
                    else
                    {
                        await SearchFileAsync(entry.FullName, cancellationToken);
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Problem(current, e);
            }
        }
    }

    public async Task SearchFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            if (!file.CanSeek)
            {
                _problems.Add($"{scrubber.Scrub(path)} was not searched: it is not a regular file.");
                return;
            }

            _files++;
            await SearchStreamAsync(path, null, file, cancellationToken);
            file.Position = 0;
            await SearchInsideAsync(path, file, cancellationToken);
        }
        catch (IOException) when (new FileInfo(path) is { Exists: true, Length: 0 })
        {
            // Held by somebody who does not share, such as the lock of a live run, and empty.
            _files++;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            Problem(path, e);
        }
    }

    private async Task SearchInsideAsync(string path, FileStream file, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(file, cancellationToken);
        file.Position = 0;
        if (head.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in zip.Entries)
            {
                SearchName(path, entry.FullName);
                await using var content = await entry.OpenAsync(cancellationToken);
                await SearchStreamAsync(path, entry.FullName, content, cancellationToken);
            }
        }
        else if (IsTar(head))
        {
            await SearchTarAsync(path, file, cancellationToken);
        }
        else if (IsGzip(head))
        {
            byte[] inner;
            await using (var probe = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true))
            {
                inner = await HeadAsync(probe, cancellationToken);
            }

            file.Position = 0;
            await using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            if (IsTar(inner))
            {
                await SearchTarAsync(path, content, cancellationToken);
            }
            else
            {
                await SearchStreamAsync(path, "(unpacked)", content, cancellationToken);
            }
        }
    }

    private async Task SearchTarAsync(string path, Stream stream, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(stream, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            SearchName(path, entry.Name);
            if (entry.DataStream is { } content)
            {
                await SearchStreamAsync(path, entry.Name, content, cancellationToken);
            }
        }
    }

    private async Task SearchStreamAsync(string path, string? entry, Stream stream, CancellationToken cancellationToken) =>
        _bytes += await StreamSearch.RunAsync(index, stream, (offset, form) => Add(path, entry, offset, form), cancellationToken);

    private void SearchName(string path, string name)
    {
        List<ExactMatch>? matches = null;
        index.Find(Encoding.UTF8.GetBytes(name), 0, ref matches);
        if (matches is not null)
        {
            Add(path, null, -1, matches[0].Form);
        }
    }

    private void Add(string path, string? entry, long offset, IndexedForm form)
    {
        _total++;
        if (_findings.Count < LeakSearch.MaxFindings)
        {
            _findings.Add(new LeakFinding(scrubber.Scrub(path), entry is null ? null : scrubber.Scrub(entry), offset, index.Labels[form.Label], form.Encoding));
        }
    }

    private void Problem(string path, Exception e) =>
        _problems.Add($"{scrubber.Scrub(path)} was not searched to the end: {scrubber.Scrub(e.Message)}");

    private static bool IsTar(byte[] head) => head.Length >= 262 && head.AsSpan(257).StartsWith("ustar"u8);

    private static bool IsGzip(byte[] head) => head is [0x1f, 0x8b, 0x08, ..];

    private static async Task<byte[]> HeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        var length = await stream.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken);
        return head[..length];
    }
}
