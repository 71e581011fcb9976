using System.Text;
using System.Text.Json;
using AgentRuntime.TestKit.Leaks;

namespace AgentRuntime.Core.Tests.Scrubbing;

public sealed class LeakDetectorTests
{
    private const string Canary = "Kq7\"x9Rk/2+mZ<p4v&Lt'8 wYb";
    private static readonly LeakDetector Detector = new(("crm", Canary));

    public static TheoryData<string> Hays => new(
        Canary,
        "cut " + Canary[3..19] + " cut",
        Convert.ToBase64String(Utf8(Canary)),
        Convert.ToBase64String(Utf8("u:" + Canary)),
        Convert.ToBase64String(Utf8("user:" + Canary + "\n"), Base64FormattingOptions.InsertLineBreaks),
        Convert.ToBase64String(Utf8("xyz" + Canary)).Replace('+', '-').Replace('/', '_'),
        Convert.ToBase64String(Utf8(Convert.ToBase64String(Utf8(Canary)))),
        Convert.ToBase64String(Encoding.Unicode.GetBytes(Canary)),
        Convert.ToHexString(Utf8(Canary)),
        "a" + Convert.ToHexStringLower(Utf8(Canary)),
        BitConverter.ToString(Utf8(Canary)),
        string.Concat(Utf8(Canary).Select(b => $"\\x{b:x2}")),
        string.Concat(Canary.Select(c => $"\\u{(int)c:x4}")),
        Uri.EscapeDataString(Canary),
        System.Net.WebUtility.UrlEncode(Canary),
        System.Net.WebUtility.HtmlEncode(Canary),
        JsonSerializer.Serialize(Canary),
        JsonSerializer.Serialize(JsonSerializer.Serialize(Canary)),
        JsonSerializer.Serialize("data " + Convert.ToBase64String(Utf8(Canary))));

    [Theory]
    [MemberData(nameof(Hays))]
    public void Finds_the_canary_in_every_encoding_without_printing_it(string hay)
    {
        var leaks = Detector.Search("some text before: " + hay + " and after");
        Assert.NotEmpty(leaks);
        Assert.All(leaks, leak => Assert.DoesNotContain("Kq7", leak.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Finds_nothing_in_ordinary_text() =>
        Assert.Empty(Detector.Search(string.Join('\n', OrdinaryLines.All)));

    [Fact]
    public void Searches_every_file_of_a_tree_and_its_name()
    {
        var folder = Directory.CreateTempSubdirectory("leaks");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, ".hidden"));
            File.WriteAllText(Path.Combine(folder.FullName, ".hidden", "runs.db-wal"), "xx" + Canary);
            File.WriteAllText(Path.Combine(folder.FullName, Convert.ToHexString(Utf8(Canary))), "clean");
            var report = Detector.SearchTree(folder.FullName);
            Assert.Equal(2, report.Files);
            Assert.Contains(report.Leaks, leak => leak.Where.EndsWith("runs.db-wal", StringComparison.Ordinal) && leak.Offset == 2);
            Assert.Contains(report.Leaks, leak => leak.Where.StartsWith("name of", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
