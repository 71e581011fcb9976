using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace AgentRuntime.Cli.Leaks;

/// <summary>What is inside gzip, zip and tar files, to a depth of three.</summary>
internal static class ArchiveContent
{
    private const int Deepest = 3;
    private const long LargestEntry = 256L * 1024 * 1024;

    /// <summary>The content of <paramref name="stream"/>, if it is an archive: every entry with its place. An entry is valid until the next is asked for.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged or an entry is larger than 256 MiB.</exception>
    public static async IAsyncEnumerable<(Stream Content, string Place)> OpenAsync(Stream stream, string place, [EnumeratorCancellation] CancellationToken cancellationToken, int depth = 0)
    {
        if (depth == Deepest)
        {
            yield break;
        }

        await foreach (var (entry, name) in EntriesAsync(stream, cancellationToken))
        {
            var inside = $"{place}!{name}";
            yield return (entry, inside);
            entry.Position = 0;
            await foreach (var nested in OpenAsync(entry, inside, cancellationToken, depth + 1))
            {
                yield return nested;
            }
        }
    }

    private static async IAsyncEnumerable<(MemoryStream Entry, string Name)> EntriesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        switch (await KindOfAsync(stream, cancellationToken))
        {
            case Kind.Gzip:
                await using (var gzip = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true))
                {
                    yield return (await CopyAsync(gzip, cancellationToken), "gzip");
                }

                break;
            case Kind.Zip:
                using (var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true))
                {
                    foreach (var entry in zip.Entries.Where(entry => entry.Length > 0))
                    {
                        await using var content = await entry.OpenAsync(cancellationToken);
                        yield return (await CopyAsync(content, cancellationToken), entry.FullName);
                    }
                }

                break;
            case Kind.Tar:
                await using (var tar = new TarReader(stream, leaveOpen: true))
                {
                    while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
                    {
                        if (entry.DataStream is { } content)
                        {
                            yield return (await CopyAsync(content, cancellationToken), entry.Name);
                        }
                    }
                }

                break;
        }
    }

    private static async Task<MemoryStream> CopyAsync(Stream source, CancellationToken cancellationToken)
    {
        var copy = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while ((read = await source.ReadAsync(chunk, cancellationToken)) > 0)
        {
            copy.Write(chunk, 0, read);
            if (copy.Length > LargestEntry)
            {
                throw new InvalidDataException("An entry of an archive is larger than 256 MiB.");
            }
        }

        copy.Position = 0;
        return copy;
    }

    private static async Task<Kind> KindOfAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[512];
        var length = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        stream.Position = 0;
        return head.AsSpan(0, length) switch
        {
            [0x1f, 0x8b, ..] => Kind.Gzip,
            [(byte)'P', (byte)'K', 3, 4, ..] => Kind.Zip,
            { Length: >= 262 } tar when tar[257..262].SequenceEqual("ustar"u8) => Kind.Tar,
            _ => Kind.Other,
        };
    }

    private enum Kind
    {
        Other,
        Gzip,
        Zip,
        Tar,
    }
}
