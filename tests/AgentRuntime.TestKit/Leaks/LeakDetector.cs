using System.Buffers.Binary;
using System.Text;

namespace AgentRuntime.TestKit.Leaks;

/// <summary>
/// Searches texts, files and folders for canaries, raw and in every common encoding, whole and in pieces of 16 bytes. A slow and obvious oracle,
/// independent of the product's scrubber: it decodes the haystack in every way, twice over, and looks for the plain bytes.
/// </summary>
/// <remarks>Thread-safe. Tens of megabytes take seconds. Gives names and places, never a value.</remarks>
public sealed class LeakDetector
{
    private const int FragmentLength = 16;
    private const int MinCanary = 6;
    private const int SmallHay = 64 * 1024;

    private readonly Dictionary<UInt128, (string Canary, int Start)> _fragments = [];
    private readonly List<(string Name, byte[] Bytes)> _short = [];
    private readonly bool[] _first = new bool[65536];

    /// <summary>Looks for these values.</summary>
    /// <param name="canaries">Names, which appear in findings, and values of at least 6 bytes.</param>
    public LeakDetector(params IEnumerable<(string Name, string Value)> canaries)
    {
        foreach (var (name, value) in canaries)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, MinCanary, nameof(canaries));
            if (bytes.Length < FragmentLength)
            {
                _short.Add((name, bytes));
            }

            for (var start = 0; start + FragmentLength <= bytes.Length; start++)
            {
                _fragments.TryAdd(BinaryPrimitives.ReadUInt128LittleEndian(bytes.AsSpan(start)), (name, start));
                _first[BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(start))] = true;
            }
        }
    }

    /// <summary>Searches a text.</summary>
    public IReadOnlyList<Leak> Search(string text, string where = "text") => Search(Encoding.UTF8.GetBytes(text), where);

    /// <summary>Searches bytes.</summary>
    public IReadOnlyList<Leak> Search(byte[] bytes, string where)
    {
        var leaks = new List<Leak>();
        Scan(bytes, where, "raw", leaks);
        Decode(bytes, where, string.Empty, depth: bytes.Length <= SmallHay ? 3 : 2, leaks);
        var unwrapped = HaystackViews.Unwrapped(bytes);
        if (unwrapped.Length < bytes.Length)
        {
            Scan(unwrapped, where, "wrapped", leaks);
            Decode(unwrapped, where, "wrapped > ", depth: 1, leaks);
        }

        return leaks;
    }

    /// <summary>Searches one file, whatever it is (also a database or its write-ahead log), even while another process writes it.</summary>
    public IReadOnlyList<Leak> SearchFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return Search(copy.ToArray(), path);
    }

    /// <summary>Searches every file below a folder, hidden ones and the names of files and folders too. Symbolic links are not followed.</summary>
    public LeakReport SearchTree(string folder, Func<string, bool>? include = null)
    {
        var leaks = new List<Leak>();
        var files = 0;
        var bytes = 0L;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", options))
        {
            leaks.AddRange(Search(Path.GetFileName(path), $"name of {path}"));
            if (!File.Exists(path) || (include is not null && !include(path)))
            {
                continue;
            }

            leaks.AddRange(SearchFile(path));
            files++;
            bytes += new FileInfo(path).Length;
        }

        return new LeakReport(leaks, files, bytes);
    }

    private void Decode(byte[] bytes, string where, string encoding, int depth, List<Leak> leaks)
    {
        if (depth == 0)
        {
            return;
        }

        foreach (var (name, view) in HaystackViews.Of(bytes))
        {
            if (view.Length > 0 && !view.AsSpan().SequenceEqual(bytes))
            {
                Scan(view, where, encoding + name, leaks);
                Decode(view, where, $"{encoding}{name} > ", depth - 1, leaks);
            }
        }
    }

    private void Scan(byte[] hay, string where, string encoding, List<Leak> leaks)
    {
        for (var at = 0; at + FragmentLength <= hay.Length; at++)
        {
            if (_first[BinaryPrimitives.ReadUInt16LittleEndian(hay.AsSpan(at))]
                && _fragments.TryGetValue(BinaryPrimitives.ReadUInt128LittleEndian(hay.AsSpan(at)), out var fragment))
            {
                leaks.Add(new Leak(where, at, encoding, fragment.Canary, fragment.Start, FragmentLength));
                at += FragmentLength - 1;
            }
        }

        foreach (var (name, bytes) in _short)
        {
            for (int from = 0, found; (found = hay.AsSpan(from).IndexOf(bytes)) >= 0; from += found + 1)
            {
                leaks.Add(new Leak(where, from + found, encoding, name, 0, bytes.Length));
            }
        }
    }
}

/// <summary>What a search of a folder gave.</summary>
/// <param name="Leaks">The findings; empty is good.</param>
/// <param name="Files">How many files were searched.</param>
/// <param name="Bytes">How many bytes they hold.</param>
public sealed record LeakReport(IReadOnlyList<Leak> Leaks, int Files, long Bytes);
