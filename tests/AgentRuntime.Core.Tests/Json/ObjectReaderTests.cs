using System.Text;
using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Core.Tests.Json;

public sealed class ObjectReaderTests
{
    private static readonly Dictionary<string, DayOfWeek> Days = new(StringComparer.Ordinal) { ["monday"] = DayOfWeek.Monday, ["friday"] = DayOfWeek.Friday };

    private readonly List<Problem> _problems = [];

    [Fact]
    public void Reads_members_of_the_right_type()
    {
        var reader = Open("""{"s":"x","b":true,"i":3,"n":0.5,"o":{"p":1},"a":[1,2],"e":"friday","name":"crm","t":["q"],"z":null}""");
        Assert.Equal("x", reader.RequiredString("s"));
        Assert.True(reader.OptionalBool("b"));
        Assert.Equal(3, reader.OptionalInt("i", 1, 5));
        Assert.Equal(0.5, reader.OptionalNumber("n"));
        Assert.Equal(1, reader.RequiredObject("o")!.OptionalInt("p"));
        Assert.Equal(["/a/0", "/a/1"], reader.RequiredArray("a")!.Select(item => item.Pointer));
        Assert.Equal(DayOfWeek.Friday, reader.RequiredEnum("e", Days));
        Assert.Equal("crm", reader.RequiredName("name"));
        Assert.Equal(["q"], reader.OptionalStrings("t")!);
        Assert.True(reader.Has("z"));
        Assert.Null(reader.OptionalString("z"));
        reader.Done();
        Assert.Empty(_problems);
    }

    [Fact]
    public void Reports_all_problems_with_pointer_code_and_place()
    {
        var reader = Open("{\n\"s\": 1,\n\"i\": 9,\n\"r\": 1.5,\n\"e\": \"firday\",\n\"n\": \"-x\",\n\"b\": \"true\", \"empty\": \"\"}");
        reader.RequiredString("s");
        reader.OptionalInt("i", 1, 5);
        reader.OptionalInt("r");
        reader.RequiredEnum("e", Days);
        reader.RequiredName("n");
        reader.OptionalBool("b");
        reader.RequiredString("empty");
        reader.RequiredObject("gone");
        Assert.Equal(
            [
                ("/s", 2, ProblemCodes.WrongType), ("/i", 3, ProblemCodes.OutOfRange), ("/r", 4, ProblemCodes.WrongType), ("/e", 5, ProblemCodes.UnknownValue),
                ("/n", 6, ProblemCodes.BadName), ("/b", 7, ProblemCodes.WrongType), ("/empty", 7, ProblemCodes.OutOfRange), ("", 1, ProblemCodes.MissingMember),
            ],
            _problems.Select(problem => (problem.Pointer, problem.Line, problem.Code)));
        Assert.Contains("Did you mean \"friday\"? Allowed: friday, monday.", _problems[3].Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("retyr", "retry")]
    [InlineData("ertry", "retry")]
    [InlineData("Retry", "retry")]
    [InlineData("timout_s", "timeout_s")]
    public void An_unknown_member_is_an_error_with_a_suggestion(string written, string meant)
    {
        var reader = Open("{\n  \"" + written + "\": 1}");
        reader.OptionalInt("retry");
        reader.OptionalInt("timeout_s");
        reader.Done();
        var problem = Assert.Single(_problems);
        Assert.Equal((ProblemCodes.UnknownMember, 2, 3, $"Did you mean \"{meant}\"?"), (problem.Code, problem.Line, problem.Column, problem.Fix));
    }

    [Fact]
    public void An_unknown_member_that_may_be_a_secret_is_not_named()
    {
        var secret = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zAbCdE";
        Open("{\"" + secret + "\": 1}").Done();
        var problem = Assert.Single(_problems);
        Assert.Equal("A member is not known here.", problem.Message);
        Assert.Equal((string.Empty, 1, 2), (problem.Pointer, problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("tool_args", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("find_customer_by_email", true)]
    [InlineData("forEachMaxParallel", true)]
    [InlineData("$schema", true)]
    [InlineData("step-12", true)]
    [InlineData("p4ss!w0rd", false)]
    [InlineData("kT8vQ2mZ7xL4", false)]
    [InlineData("hTzKqLmXwRbNcVd", false)]
    public void Only_names_that_read_like_words_are_printed(string name, bool safe) => Assert.Equal(safe, PrintableName.IsSafe(name));

    [Fact]
    public void Aws_style_key_ids_are_not_printed() => Assert.False(PrintableName.IsSafe("AKI" + "AIOSFODNN7" + "EXAMPLE"));

    private ObjectReader Open(string text)
    {
        var source = JsonSource.Parse("f.json", Encoding.UTF8.GetBytes(text), JsonDialect.Strict, _problems)!;
        return new ObjectReader(source, source.Root, string.Empty, _problems);
    }
}
