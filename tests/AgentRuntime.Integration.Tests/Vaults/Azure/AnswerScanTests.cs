using System.Text;
using AgentRuntime.Vaults.Azure.Wire;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>What is left of an answer for the library to read.</summary>
public sealed class AnswerScanTests
{
    [Theory]
    [InlineData("""{"value":"canary-91ab","id":"https://x/","tags":{"value":"kept"}}""", "canary-91ab", """{"id":"https://x/","tags":{"value":"kept"}}""")]
    [InlineData("""{"id":"https://x/","v\u0061lue":"canary\u002d91ab \ud83d\udd11"}""", "canary-91ab \ud83d\udd11", """{"id":"https://x/"}""")]
    [InlineData("""{"value":"first","value":"canary-91ab"}""", "canary-91ab", "{}")]
    [InlineData("""{"value":""}""", "", "{}")]
    public void The_value_is_taken_out(string json, string value, string rest)
    {
        var scan = AnswerScan.Of(Encoding.UTF8.GetBytes(json), isError: false);
        Assert.Equal(value, Encoding.UTF8.GetString(scan.Value!.Written.Span));
        Assert.Equal(rest, Encoding.UTF8.GetString(scan.Rest));
    }

    [Fact]
    public void A_listing_stays_as_it_is()
    {
        const string json = """{"value":[{"id":"https://x/"}],"nextLink":null}""";
        var scan = AnswerScan.Of(Encoding.UTF8.GetBytes(json), isError: false);
        Assert.Null(scan.Value);
        Assert.Equal(json, Encoding.UTF8.GetString(scan.Rest));
    }

    [Theory]
    [InlineData("""{"error":{"code":"Forbidden","message":"canary-91ab","innererror":{"code":"SecretDisabled"}}}""", "Forbidden", "SecretDisabled")]
    [InlineData("""{"error":{"message":"canary-91ab","innerError":{"x":[{"code":"no"}],"code":"ForbiddenByRbac","innererror":{"code":"Deeper"}},"code":"Forbidden"}}""", "Forbidden", "ForbiddenByRbac")]
    [InlineData("""{"value":"canary-91ab","error":{"code":"canary-91ab"}}""", null, null)]
    [InlineData("""{"code":"Outside","innererror":{"code":"Outside"}}""", null, null)]
    [InlineData("""{"error":"canary-91ab"}""", null, null)]
    [InlineData("""{"error":{"code":7,"innererror":"canary-91ab"}}""", null, null)]
    public void Of_an_error_only_its_codes_are_kept(string json, string? code, string? inner)
    {
        var scan = AnswerScan.Of(Encoding.UTF8.GetBytes(json), isError: true);
        Assert.Equal((code, inner), (scan.Code, scan.InnerCode));
        Assert.Null(scan.Value);
        Assert.Equal("{}", Encoding.UTF8.GetString(scan.Rest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("canary-91ab")]
    [InlineData("[\"canary-91ab\"]")]
    [InlineData("{\"value\":\"canary-91ab\"")]
    [InlineData("{\"value\":\"canary-91ab\"} {}")]
    [InlineData("{\"value\":\"\\ud800canary-91ab\"}")]
    public void Of_what_is_no_object_nothing_is_kept(string json)
    {
        var scan = AnswerScan.Of(Encoding.UTF8.GetBytes(json), isError: false);
        Assert.True(scan.IsMalformed);
        Assert.Null(scan.Value);
        Assert.Equal("{}", Encoding.UTF8.GetString(scan.Rest));
    }
}
