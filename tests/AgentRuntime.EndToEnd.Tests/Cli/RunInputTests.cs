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

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"x":{"a":1,"a":2}}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("[1]")]
    [InlineData("")]
    public void A_file_that_is_not_one_unambiguous_object_of_text_is_refused_with_and_without_options(string json)
    {
        using var folder = new TestFolder();
        folder.Write("in.json", json);

        foreach (var pairs in new string[][] { [], ["b=1"] })
        {
            Assert.Equal(ExitCode.BadInput, Assert.Throws<CliException>(() => RunInput.Read(pairs, folder.File("in.json"), schema: null)).Error.Exit);
        }
    }

    [Fact]
    public void A_file_that_is_not_utf_8_is_refused_and_a_byte_order_mark_is_not_minded()
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder.File("wrong.json"), [.. "{\"a\":\""u8, 0xff, .. "\"}"u8]);
        File.WriteAllBytes(folder.File("marked.json"), [0xef, 0xbb, 0xbf, .. "{\"a\":1}"u8]);

        Assert.Equal(ExitCode.BadInput, Assert.Throws<CliException>(() => RunInput.Read([], folder.File("wrong.json"), schema: null)).Error.Exit);
        Assert.Equal("""{"a":1}""", RunInput.Read([], folder.File("marked.json"), schema: null).GetRawText());
    }

    [Fact]
    public void Half_of_a_surrogate_pair_in_an_option_is_refused() =>
        Assert.Equal(ExitCode.BadInput, Assert.Throws<CliException>(() => RunInput.Read(["""a="\ud800" """], file: null, schema: null)).Error.Exit);

    [Fact]
    public void A_pair_without_a_name_is_refused_without_quoting_it()
    {
        var error = Assert.Throws<CliException>(() => RunInput.Read(["hush"], file: null, schema: null)).Error;

        Assert.Equal(ExitCode.BadInput, error.Exit);
        Assert.DoesNotContain("hush", error.Message);
    }
}
