using System.Text;
using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Core.Tests.Json;

public sealed class JsonSourceTests
{
    [Theory]
    [InlineData("{\n  \"a\": [1, {\"b\": true}]\n}", "/a/1/b", 2, 18, 2, 13)]
    [InlineData("{\r\n  \"a\": [1, {\"b\": true}]\r\n}", "/a/1/b", 2, 18, 2, 13)]
    [InlineData("\uFEFF{\"a\": 1}", "/a", 1, 7, 1, 2)]
    [InlineData("{\"é😀\": \"ü\", \"x\": 2}", "/x", 1, 18, 1, 13)]
    [InlineData("{\"a/b\": {\"c~d\": 1}}", "/a~1b/c~0d", 1, 17, 1, 10)]
    [InlineData("[[1],[2,3]]", "/1/1", 1, 9, 1, 9)]
    [InlineData("{\"\": {\"\": 1}}", "//", 1, 11, 1, 7)]
    public void Knows_line_and_column_of_values_and_keys(string text, string pointer, int line, int column, int keyLine, int keyColumn)
    {
        var source = Read(text, out _)!;
        Assert.Equal((line, column), source.Locate(pointer));
        Assert.Equal((keyLine, keyColumn), source.LocateKey(pointer));
    }

    [Fact]
    public void A_pointer_to_nothing_is_located_at_the_nearest_value_around_it() =>
        Assert.Equal((1, 7), Read("{\"a\": {}}", out _)!.Locate("/a/missing/deeper"));

    [Theory]
    [InlineData("{\"a\": 1,\n \"a\": 2}", JsonDialect.Relaxed, ProblemCodes.DuplicateKey, 2, 2)]
    [InlineData("{\"a\": 1, \"\\u0061\": 2}", JsonDialect.Strict, ProblemCodes.DuplicateKey, 1, 10)]
    [InlineData("{\"a\": 1,}", JsonDialect.Strict, ProblemCodes.Syntax, 1, 9)]
    [InlineData("{\n // note\n}", JsonDialect.Strict, ProblemCodes.Syntax, 2, 2)]
    [InlineData("{} x", JsonDialect.Relaxed, ProblemCodes.Syntax, 1, 4)]
    [InlineData("{}{}", JsonDialect.Strict, ProblemCodes.Syntax, 1, 3)]
    [InlineData("", JsonDialect.Strict, ProblemCodes.Syntax, 1, 1)]
    [InlineData("{\"a\": ", JsonDialect.Strict, ProblemCodes.Syntax, 1, 7)]
    [InlineData("{'a': 1}", JsonDialect.Relaxed, ProblemCodes.Syntax, 1, 2)]
    [InlineData("{\"a\": \"\\ud800\"}", JsonDialect.Strict, ProblemCodes.InvalidString, 1, 7)]
    [InlineData("{\"\\udc00\": 1}", JsonDialect.Strict, ProblemCodes.InvalidString, 1, 2)]
    [InlineData("{\"ö\": nul}", JsonDialect.Strict, ProblemCodes.Syntax, 1, 10)]
    public void Refuses_what_is_no_valid_document(string text, JsonDialect dialect, string code, int line, int column)
    {
        Assert.Null(Read(text, out var problems, dialect));
        var problem = Assert.Single(problems);
        Assert.Equal((code, line, column), (problem.Code, problem.Line, problem.Column));
    }

    [Fact]
    public void Reports_every_duplicate_at_once()
    {
        Assert.Null(Read("{\"a\":1,\"a\":2,\"b\":{\"c\":1,\"c\":2}}", out var problems));
        Assert.Equal(["/a", "/b/c"], problems.Select(problem => problem.Pointer));
    }

    [Theory]
    [InlineData("{\"a\": 1, /* why */ \"b\": [1, 2,], // note\n}")]
    public void The_relaxed_dialect_takes_comments_and_trailing_commas(string text) =>
        Assert.Equal((1, 25), Read(text, out _, JsonDialect.Relaxed)!.Locate("/b"));

    [Fact]
    public void Invalid_utf8_is_refused_with_its_offset()
    {
        var problems = new List<Problem>();
        byte[] bytes = [.. "{\"a\": \"x"u8, 0xC3, 0x28, .. "\"}"u8];
        Assert.Null(JsonSource.Parse("f.json", bytes, JsonDialect.Strict, problems));
        Assert.Equal(ProblemCodes.InvalidUtf8, problems[0].Code);
        Assert.Contains("byte 8 ", problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_allowed_to_64_levels_and_no_deeper()
    {
        Assert.NotNull(Read(new string('[', 64) + new string(']', 64), out _));
        Assert.Null(Read(new string('[', 65) + new string(']', 65), out var problems));
        Assert.Equal(ProblemCodes.TooDeep, problems[0].Code);
        Assert.Equal(65, problems[0].Column);
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_unread()
    {
        var problems = new List<Problem>();
        Assert.Null(JsonSource.Parse("f.json", new byte[JsonSource.MaxBytes + 1], JsonDialect.Strict, problems));
        Assert.Equal(ProblemCodes.TooLarge, problems[0].Code);
    }

    [Fact]
    public void No_message_or_pointer_quotes_what_may_be_a_secret()
    {
        var secret = "t" + "Zk9wQ2xv" + "8Rr1Vt5bHq3";
        foreach (var text in new[] { "{\"a\": " + secret + "}", "{\"" + secret + "\": 1, \"" + secret + "\": 2}", "{\"a\": 1} " + secret, "{" + secret + ": 1}" })
        {
            Assert.Null(Read(text, out var problems));
            Assert.All(problems, problem => Assert.DoesNotContain(secret[..8], problem.ToString(), StringComparison.Ordinal));
        }
    }

    private static JsonSource? Read(string text, out List<Problem> problems, JsonDialect dialect = JsonDialect.Strict) =>
        JsonSource.Parse("f.json", Encoding.UTF8.GetBytes(text), dialect, problems = []);
}
