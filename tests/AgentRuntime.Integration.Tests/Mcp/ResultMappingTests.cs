using System.Text.Json;
using AgentRuntime.Mcp.Client;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;
using AgentRuntime.TestKit.Mcp;
using AgentRuntime.Tools;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class ResultMappingTests : McpFixture
{
    [Theory]
    [InlineData("""{"content":[{"type":"text","text":"{\"a\":1}"}]}""", """{"a":1}""")]
    [InlineData("""{"content":[{"type":"text","text":"[1,2]"}]}""", "[1,2]")]
    [InlineData("""{"content":[{"type":"text","text":"hello {"}]}""", "\"hello {\"")]
    [InlineData("""{"content":[{"type":"text","text":""}]}""", "\"\"")]
    [InlineData("""{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}""", """[{"type":"text","text":"a"},{"type":"text","text":"b"}]""")]
    [InlineData("""{"content":[{"type":"hologram","depth":3}]}""", """[{"type":"hologram","depth":3}]""")]
    [InlineData("""{"content":[{"type":"text","text":"x"}],"structuredContent":{"n":1.50}}""", """{"n":1.50}""")]
    [InlineData("""{"content":[],"structuredContent":null}""", "[]")]
    [InlineData("""{"other":true}""", """{"other":true}""")]
    public void Gives_structured_content_else_json_else_text_else_the_content(string result, string expected)
    {
        var outcome = ToolResultMapper.Map(Http(new Uri("http://127.0.0.1/")), "find", JsonDocument.Parse(result).RootElement);
        Assert.Equal(expected, Unscrubbed.Result(outcome).GetRawText());
    }

    [Fact]
    public void Takes_an_error_result_for_a_failure_even_with_structured_content()
    {
        var outcome = ToolResultMapper.Map(Http(new Uri("http://127.0.0.1/")), "find", JsonDocument.Parse("""{"isError":true,"content":[],"structuredContent":{"why":"closed"}}""").RootElement);
        var failed = Assert.IsType<ToolOutcome.Failed>(outcome);
        Assert.Equal(ToolFailureKind.ToolError, failed.Kind);
        Assert.Contains("closed", Unscrubbed.Text(failed.Message), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(16_000)]
    public void Leaves_no_piece_of_a_value_where_a_long_error_is_cut(int cut)
    {
        var value = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20));
        var scrubber = new Scrubber(new ScrubberOptions());
        scrubber.Register(SecretMaterial.Single(new SecretRef(new CredentialName(new ServerName("crm"), new ScopeName("read")), new CredentialVersion("1")), SecretValue.CopyUtf8(value)));
        for (var before = cut - 64; before <= cut + 300; before += 13)
        {
            var result = JsonSerializer.SerializeToElement(new { isError = true, content = new[] { new { type = "text", text = new string('.', before) + value } } });

            var failed = Assert.IsType<ToolOutcome.Failed>(ToolResultMapper.Map(Http(new Uri("http://127.0.0.1/")), "find", result));

            var text = scrubber.Scrub(failed.Message).Text;
            Assert.DoesNotContain(value[..4], text, StringComparison.Ordinal);
            Assert.True(text.Length < 5000);
        }
    }

    [Fact]
    public async Task Lists_the_good_tools_of_a_list_with_broken_ones_over_all_pages()
    {
        await using var server = new ScriptedMcpServer(async request =>
        {
            if (request.RpcMethod != "tools/list")
            {
                return false;
            }

            var cursor = (string?)request.Body["params"]?["cursor"];
            var page = cursor is null
                ? """{"tools":[{"name":"a","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}},{"name":7},"junk",{"name":"b","inputSchema":"not a schema","annotations":{"idempotentHint":"yes"}}],"nextCursor":"2"}"""
                : """{"tools":[{"name":"c","annotations":{"readOnlyHint":false,"idempotentHint":true}}],"nextCursor":"2"}""";
            await request.ResultAsync(System.Text.Json.Nodes.JsonNode.Parse(page)!);
            return true;
        });
        var listing = await Caller.ListToolsAsync(Http(server.Url), null, Ct);
        Assert.Null(listing.Failure);
        Assert.Equal("2025-11-25", listing.ProtocolVersion);
        Assert.Equal(["a", "b", "c"], listing.Tools.Select(tool => tool.Name));
        Assert.Equal([(true, null), (null, null), (false, true)], listing.Tools.Select(tool => (tool.ReadOnlyHint, tool.IdempotentHint)));
        Assert.Equal(2, server.RequestsOf("tools/list").Count);
    }

    [Fact]
    public async Task Says_why_a_list_could_not_be_read()
    {
        await using var server = new ScriptedMcpServer(async request =>
        {
            await request.StatusAsync(401);
            return true;
        });
        var listing = await Caller.ListToolsAsync(Http(server.Url), null, Ct);
        Assert.Equal(ToolFailureKind.CredentialRejected, listing.Failure);
        Assert.NotNull(listing.Message);
    }
}
