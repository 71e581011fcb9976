using AgentRuntime.Mcp.Client;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class AuthFailureRecognizerTests
{
    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("HTTP 401")]
    [InlineData("Request failed with status code 401")]
    [InlineData("Error: Request failed with status code 403")]
    [InlineData("API error (status: 401): bad request")]
    [InlineData("403 Forbidden")]
    [InlineData("Unauthorized")]
    [InlineData("Error: Unauthorized.")]
    [InlineData("MCP error -32001: Unauthorized")]
    [InlineData("{\"error\":\"invalid_token\",\"error_description\":\"expired\"}")]
    [InlineData("Authentication failed")]
    [InlineData("authentication required")]
    [InlineData("Failed to authenticate with the service")]
    [InlineData("Invalid API key provided")]
    [InlineData("invalid api-key")]
    [InlineData("The API key is invalid")]
    [InlineData("Your access token has expired")]
    [InlineData("Bearer token is missing")]
    [InlineData("Bad credentials")]
    [InlineData("Incorrect password")]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.")]
    [InlineData("NOAUTH Authentication required.")]
    [InlineData("FATAL:  password authentication failed for user \"app\"")]
    [InlineData("Access denied for user 'app'@'localhost' (using password: YES)")]
    [InlineData("Login failed for user 'sa'.")]
    [InlineData("An error occurred (ExpiredTokenException) when calling the operation")]
    [InlineData("InvalidClientTokenId: The security token included in the request is invalid")]
    [InlineData("invalid_grant")]
    public void Recognises_a_refused_credential(string text) => Assert.True(AuthFailureRecognizer.SaysRefused(text));

    [Theory]
    [InlineData("")]
    [InlineData("Customer 401 was not found")]
    [InlineData("Found 403 documents")]
    [InlineData("Unexpected token < in JSON at position 0")]
    [InlineData("invalid token '<' in expression")]
    [InlineData("The document 'How to stop unauthorized access to your building' does not exist")]
    [InlineData("No documents match the query 'unauthorized'")]
    [InlineData("permission denied for table customers")]
    [InlineData("The customer forgot to sign the contract")]
    [InlineData("A password is needed to open this PDF")]
    [InlineData("The invoice has expired")]
    [InlineData("order 1401 failed")]
    [InlineData("invalid customer id")]
    [InlineData("relation \"api_keys\" does not exist")]
    [InlineData("amount 401 exceeds the limit")]
    public void Does_not_take_other_texts_for_a_refusal(string text) => Assert.False(AuthFailureRecognizer.SaysRefused(text));

    [Fact]
    public void Does_not_take_a_long_answer_for_a_refusal() =>
        Assert.False(AuthFailureRecognizer.SaysRefused("401 Unauthorized " + new string('x', AuthFailureRecognizer.MaxLength)));

    [Fact]
    public void Finds_a_refusal_among_the_last_lines_of_a_log() =>
        Assert.True(AuthFailureRecognizer.SaysRefusedInLog("starting\nconnecting\nFATAL: password authentication failed for user \"app\"\n    at x\n"));
}
