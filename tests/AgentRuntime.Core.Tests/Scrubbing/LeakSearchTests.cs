using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using AgentRuntime.Scrubbing;
using static AgentRuntime.Core.Tests.Scrubbing.ScrubbingSamples;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed class LeakSearchTests : IDisposable
{
    private const string Value = "k3Hq8ZrT1mVw5YxP7nBc2JdF";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leak-search");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Finds_values_in_files_of_a_tree_with_place_label_and_encoding()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "logs"));
        Write("logs/a.log", "xx " + Value);
        Write("b.txt", Convert.ToHexString(Encoding.ASCII.GetBytes(Value)));
        Write("c.txt", "clean");
        var result = await Search();
        Assert.Equal(3, result.Files);
        Assert.Empty(result.Problems);
        Assert.Equal(2, result.TotalFindings);
        Assert.Contains(result.Findings, finding => finding is { Offset: 3, Label: Label, Encoding: "raw" } && finding.File.EndsWith("a.log", StringComparison.Ordinal));
        Assert.Contains(result.Findings, finding => finding is { Offset: 0, Encoding: "hex" });
    }

    [Fact]
    public async Task Finds_a_value_on_the_border_of_chunks_once()
    {
        foreach (var at in new[] { (256 * 1024) - 10, 262_144 + 40, 524_288 - 3 })
        {
            Write($"{at}.bin", new string('.', at) + Value + new string('.', 300_000));
        }

        var result = await Search();
        Assert.Equal(3, result.TotalFindings);
        Assert.All(result.Findings, finding => Assert.Equal(Path.GetFileNameWithoutExtension(finding.File), finding.Offset.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_held_file_is_a_problem_unless_it_is_empty()
    {
        Write("empty.lock", string.Empty);
        Write("full.lock", "x");
        await using var empty = new FileStream(Path.Combine(_folder.FullName, "empty.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        await using var full = new FileStream(Path.Combine(_folder.FullName, "full.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var result = await Search();

        Assert.Contains("full.lock", Assert.Single(result.Problems), StringComparison.Ordinal);
        Assert.Equal(1, result.Files);
    }

    [Fact]
    public async Task Looks_inside_archives()
    {
        using (var gzip = new GZipStream(File.Create(PathOf("a.log.gz")), CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.ASCII.GetBytes("log " + Value));
        }

        using (var zip = ZipFile.Open(PathOf("b.zip"), ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("inner.txt").Open();
            entry.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("text ", 100)) + Value));
        }

        using (var gzip = new GZipStream(File.Create(PathOf("c.tar.gz")), CompressionLevel.Optimal))
        using (var tar = new TarWriter(gzip))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "deep.txt") { DataStream = new MemoryStream(Encoding.ASCII.GetBytes(Value)) });
        }

        var result = await Search();
        Assert.Empty(result.Problems);
        Assert.Equal(["(unpacked)", "deep.txt", "inner.txt"], result.Findings.Select(finding => finding.Entry!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Says_what_could_not_be_searched()
    {
        File.WriteAllBytes(PathOf("broken.gz"), [0x1f, 0x8b, 0x08, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var result = await LeakSearch.SearchAsync([_folder.FullName, PathOf("missing.txt")], Knowing(Value), CancellationToken.None);
        Assert.Equal(2, result.Problems.Count);
    }

    [Fact]
    public async Task Finds_a_value_in_a_file_name_and_does_not_print_it()
    {
        Write(Value + ".txt", "clean");
        var finding = Assert.Single((await Search()).Findings);
        Assert.Equal(-1, finding.Offset);
        Assert.DoesNotContain(Value, finding.ToString(), StringComparison.Ordinal);
    }

    private Task<LeakSearchResult> Search() => LeakSearch.SearchAsync([_folder.FullName], Knowing(Value), CancellationToken.None);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, string content) => File.WriteAllText(PathOf(name), content);
}
