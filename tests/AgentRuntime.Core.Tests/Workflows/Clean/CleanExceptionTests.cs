using System.Text;
using AgentRuntime.Json;
using AgentRuntime.Workflows;
using AgentRuntime.Workflows.Clean;

namespace AgentRuntime.Core.Tests.Workflows.Clean;

public sealed class CleanExceptionTests
{
    private const string Reason = "This is a stock symbol.";

    [Fact]
    public void An_exception_with_the_right_pointer_and_code_lets_a_finding_pass()
    {
        var source = Source(Document("$AAPL", "/steps/0/tool_args/q", ProblemCodes.EnvironmentReference, Reason));
        Assert.Empty(CleanDefinitionCheck.Check(source));
        Assert.Equal([new CleanException("/steps/0/tool_args/q", ProblemCodes.EnvironmentReference, Reason)], CleanDefinitionCheck.Exceptions(source));
    }

    [Theory]
    [InlineData("/steps/0/tool_args/p", ProblemCodes.EnvironmentReference)]
    [InlineData("/steps/0/tool_args/q", ProblemCodes.SecretReference)]
    [InlineData("nonsense", ProblemCodes.EnvironmentReference)]
    public void An_exception_that_matches_nothing_is_an_error_and_excuses_nothing(string pointer, string code) =>
        Assert.Equal([ProblemCodes.EnvironmentReference, ProblemCodes.UnusedException], Codes(Document("$AAPL", pointer, code, Reason)));

    [Fact]
    public void An_exception_without_a_finding_is_an_error() =>
        Assert.Equal([ProblemCodes.UnusedException], Codes(Document("plain", "/steps/0/tool_args/q", ProblemCodes.EnvironmentReference, Reason)));

    [Theory]
    [InlineData(ProblemCodes.EnvironmentReference, "short", ProblemCodes.OutOfRange)]
    [InlineData(ProblemCodes.KnownCredential, Reason, ProblemCodes.UnknownValue)]
    [InlineData("anything", Reason, ProblemCodes.UnknownValue)]
    public void A_malformed_exception_is_an_error_and_excuses_nothing(string code, string reason, string expected) =>
        Assert.Equal([expected, ProblemCodes.EnvironmentReference], Codes(Document("$AAPL", "/steps/0/tool_args/q", code, reason)));

    [Fact]
    public void A_known_credential_has_no_way_out()
    {
        var known = "correct horse";
        var document = Document("$AAPL " + known, "/steps/0/tool_args/q", ProblemCodes.EnvironmentReference, Reason);
        Assert.Equal([ProblemCodes.KnownCredential, ProblemCodes.UnusedException], Codes(document, text => text.Contains(known, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_known_credential_is_found_in_pieces_in_numbers_and_in_names()
    {
        Assert.Contains(ProblemCodes.KnownCredential, Codes("""{"a":"{{input.x | \"hunter\"}}22"}""", text => text.Contains("hunter22", StringComparison.Ordinal)));
        Assert.Contains(ProblemCodes.KnownCredential, Codes("""{"a":31337}""", text => text == "31337"));
        Assert.Contains(ProblemCodes.KnownCredential, Codes("""{"hunter22":1}""", text => text.Contains("hunter22", StringComparison.Ordinal)));
    }

    private static string Document(string text, string pointer, string code, string reason) =>
        $$"""{"clean_exceptions":[{"pointer":"{{pointer}}","code":"{{code}}","reason":"{{reason}}"}],"steps":[{"tool_args":{"q":"{{text}}"} }]}""";

    private static IEnumerable<string> Codes(string json, Func<string, bool>? known = null) => CleanDefinitionCheck.Check(Source(json), known).Select(problem => problem.Code);

    private static JsonSource Source(string json) => JsonSource.Parse("w.json", Encoding.UTF8.GetBytes(json), JsonDialect.Strict, [])!;
}
