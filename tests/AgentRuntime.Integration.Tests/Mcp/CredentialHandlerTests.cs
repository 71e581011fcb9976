using System.Net;
using AgentRuntime.Mcp.Client;
using AgentRuntime.TestKit.Mcp;

namespace AgentRuntime.Integration.Tests.Mcp;

public sealed class CredentialHandlerTests : McpFixture
{
    private static readonly Uri Endpoint = new("https://crm.example.test/mcp");

    [Theory]
    [InlineData("https://evil.example.test/mcp")]
    [InlineData("https://crm.example.test:8443/mcp")]
    [InlineData("http://crm.example.test/mcp")]
    [InlineData("https://crm.example.test.evil.test/mcp")]
    public async Task Refuses_every_other_origin_before_the_credential_is_attached(string url)
    {
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        var (network, error) = await SendAsync(new HttpRequestMessage(HttpMethod.Post, url), new CallScope(lease, 1000));
        Assert.IsType<RequestRefusedException>(error);
        Assert.Null(network.Sent);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task Refuses_to_send_without_a_live_lease(string verb)
    {
        await using var lease = TestLease.Of("crm/read", "some-value", TestLease.Bearer);
        var ended = new CallScope(lease, 1000);
        ended.End();
        var (network, error) = await SendAsync(new HttpRequestMessage(new HttpMethod(verb), Endpoint), ended);
        Assert.IsType<RequestRefusedException>(error);
        Assert.Null(network.Sent);
    }

    [Fact]
    public async Task Attaches_the_credential_for_the_time_of_sending_only()
    {
        var spec = new Credentials.CredentialSpec(
            Credentials.CredentialType.CustomHeaders,
            [new(Credentials.AttachmentPlace.Header, "X-Api-Key", "{value}"), new(Credentials.AttachmentPlace.Query, "key", "{value}")],
            null);
        await using var lease = TestLease.Of("crm/read", "some-value", spec);
        var request = new HttpRequestMessage(HttpMethod.Post, Endpoint);
        var (network, error) = await SendAsync(request, new CallScope(lease, 1000));
        Assert.Null(error);
        Assert.Equal("X-Api-Key: some-value | https://crm.example.test/mcp?key=some-value", network.Sent);
        Assert.False(request.Headers.Contains("X-Api-Key"));
        Assert.Equal(Endpoint, request.RequestUri);
    }

    private static async Task<(StubNetwork Network, Exception? Error)> SendAsync(HttpRequestMessage request, CallScope scope)
    {
        var network = new StubNetwork();
        var scopes = new CallScopes();
        using var invoker = new HttpMessageInvoker(new CredentialHandler(network, Endpoint, needsCredential: true, scopes, new McpClientOptions(), TimeProvider.System));
        scopes.Enter(scope);
        var error = await Record.ExceptionAsync(async () =>
        {
            using var response = await invoker.SendAsync(request, Ct);
        });
        return (network, error);
    }

    private sealed class StubNetwork : HttpMessageHandler
    {
        public string? Sent { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent = $"X-Api-Key: {(request.Headers.TryGetValues("X-Api-Key", out var values) ? string.Join(',', values) : null)} | {request.RequestUri!.AbsoluteUri}";
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}"), RequestMessage = request });
        }
    }
}
