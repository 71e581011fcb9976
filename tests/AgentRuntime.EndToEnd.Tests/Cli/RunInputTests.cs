using System.Text.Json;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class RunInputTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse("""{ "properties": { "id": { "type": "string" }, "count": { "type": "integer" } } }""").RootElement;

    [Theory]
    [InlineData("count=3", """{"count":3}""")]
    [InlineData("id=3", """{"id":"3"}""")]
    [InlineData("id=", """{"id":""}""")]
    [InlineData("other=true", """{"other":true}""")]
    [InlineData("other=a=b", """{"other":"a=b"}""")]
    [InlineData("other=[1,2]", """{"other":[1,2]}""")]
    [InlineData("other=plain words", """{"other":"plain words"}""")]
    [InlineData("other=null", """{"other":null}""")]
    public void A_value_is_json_where_it_reads_as_json_unless_the_schema_says_string(string pair, string expected) =>
        Assert.Equal(expected, RunInput.Read([pair], file: null, Schema).GetRawText());

    [Fact]
    public void The_last_of_two_values_for_a_name_counts() =>
        Assert.Equal("""{"a":2}""", RunInput.Read(["a=1", "a=2"], file: null, schema: null).GetRawText());

    [Fact]
    public void A_pair_without_a_name_is_refused_without_quoting_it()
    {
        var error = Assert.Throws<CliException>(() => RunInput.Read(["hush"], file: null, schema: null)).Error;

        Assert.Equal(ExitCode.BadInput, error.Exit);
        Assert.DoesNotContain("hush", error.Message);
    }
}
