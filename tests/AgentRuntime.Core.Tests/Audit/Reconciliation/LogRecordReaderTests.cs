using System.Text;
using AgentRuntime.Audit.Reconciliation;

namespace AgentRuntime.Core.Tests.Audit.Reconciliation;

public sealed class LogRecordReaderTests
{
    [Theory]
    [InlineData("{\"a\":1}\n{\"b\":2}\n", "1:{\"a\":1} 2:{\"b\":2}")]
    [InlineData("{\"a\":1}\r\n\r\n{\"b\":2}", "1:{\"a\":1} 3:{\"b\":2}*")]
    [InlineData("\uFEFF{\"a\":1}\n", "1:{\"a\":1}")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    [InlineData("{\"Records\":[]}", "")]
    [InlineData("{\"Records\":[{\"a\":1},{\"b\":\"]}\\\"\"}]}", "1:{\"a\":1} 1:{\"b\":\"]}\\\"\"}")]
    [InlineData("{\n \"Records\" : [\n  {\"a\":\n1},\n  {\"b\":2}\n ], \"more\": [\"}\"]\n}\n", "3:{\"a\":\n1} 5:{\"b\":2}")]
    [InlineData("[{\"a\":1}\n,{\"b\":2}]\n", "1:{\"a\":1} 2:{\"b\":2}")]
    [InlineData("{\"Records\":[{\"a\":1}]}{\"Records\":[{\"b\":2}]}\n{\"c\":3}\n", "1:{\"a\":1} 1:{\"b\":2} 2:{\"c\":3}")]
    public async Task Cuts_lines_and_lists_whatever_pieces_they_come_in(string text, string expected)
    {
        foreach (var size in new[] { 1, 2, 3, 5, 100_000 })
        {
            Assert.Equal(expected, string.Join(' ', await CutAsync(text, size)));
        }
    }

    [Theory]
    [InlineData("{\"Records\":[{\"a\":1},", 1)]
    [InlineData("{\"Records\":[\n{\"a\":1}\n,{\"b\":", 3)]
    [InlineData("{\"Records\":[{\"a\":1}]", 1)]
    [InlineData("[{\"a\":\"}", 1)]
    public async Task A_list_that_ends_in_the_middle_is_an_error_at_its_line(string text, int line)
    {
        var error = await Assert.ThrowsAsync<StoreLogException>(() => CutAsync(text, 3));

        Assert.Equal((StoreLogFault.Truncated, line), (error.Fault, error.Line));
    }

    [Fact]
    public async Task A_list_of_something_else_than_objects_is_an_error()
    {
        var error = await Assert.ThrowsAsync<StoreLogException>(() => CutAsync("{\"Records\":[\n\"hush\"]}", 3));

        Assert.Equal((StoreLogFault.NotJson, 2L), (error.Fault, error.Line));
        Assert.DoesNotContain("hush", error.Message);
    }

    [Theory]
    [InlineData("{\"a\":1}\n", "")]
    [InlineData("{\"Records\":[{\"a\":1},\n", "]}")]
    public async Task An_entry_over_the_limit_is_an_error_at_its_line(string before, string after)
    {
        var text = before + "{\"hush\":\"" + new string('x', 2000) + "\"}" + after;

        var error = await Assert.ThrowsAsync<StoreLogException>(() => CutAsync(text, 512));

        Assert.Equal((StoreLogFault.TooLong, 2L), (error.Fault, error.Line));
        Assert.DoesNotContain("hush", error.Message);
    }

    [Fact]
    public async Task A_long_log_needs_room_for_one_entry_only()
    {
        // Many times the limit in all: an implementation that keeps what it read would fail.
        var line = "{\"a\":\"" + new string('x', 900) + "\"}\n";
        var text = string.Concat(Enumerable.Repeat(line, 500));

        Assert.Equal(500, (await CutAsync(text, 4096)).Count);
        Assert.Equal(500, (await CutAsync("[" + string.Join(',', Enumerable.Repeat(line, 500)) + "]", 4096)).Count);
    }

    private static async Task<List<string>> CutAsync(string text, int size)
    {
        await using var stream = LogText.Pieces(text, size);
        var found = new List<string>();
        await foreach (var entry in new LogRecordReader(stream, "Records", limit: 1024).ReadAsync(TestContext.Current.CancellationToken))
        {
            found.Add($"{entry.Line}:{Encoding.UTF8.GetString(entry.Json.Span).TrimEnd('\r')}{(entry.IsOpen ? "*" : string.Empty)}");
        }

        return found;
    }
}
