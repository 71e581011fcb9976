using AgentRuntime.Vaults.Azure.Auth;
using AgentRuntime.Vaults.Http;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace AgentRuntime.Vaults.Azure.Wire;

/// <summary>The client of one vault: the library's, over our transport and with our bounds, without its logging and tracing. Thread-safe.</summary>
internal sealed class KeyVault : IDisposable
{
    /// <summary>Begins the user agent, which the vault's log shows as <c>clientInfo</c>.</summary>
    public const string ApplicationId = "AgentRuntime";

    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly HttpClient _http;
    private readonly AzureIdentity _identity;
    private readonly SecretClient _client;
    private readonly VaultFailures _failures;

    /// <summary>Reads the files that the settings name and makes the client; nothing is sent yet.</summary>
    /// <exception cref="AgentRuntime.Secrets.SecretStoreException">A file cannot be used.</exception>
    public KeyVault(AzureStoreOptions options, TimeProvider time)
    {
        var settings = options.Settings;
        _time = time;
        _timeout = settings.Timeout;
        _failures = new VaultFailures(settings);
        var handler = StoreHttp.CreateHandler(settings.CaFile is { } roots ? StoreHttp.ReadRoots(roots) : null);
        handler.ConnectCallback = options.Connect;
        _http = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        try
        {
            var transport = new HttpClientTransport(_http);
            _identity = AzureIdentity.Create(settings, transport);
            _client = new SecretClient(settings.VaultUrl, _identity.Credential, Options(transport, options));
        }
        catch
        {
            _http.Dispose();
            throw;
        }
    }

    /// <summary>Runs an operation within the time of the settings.</summary>
    /// <param name="call">What belongs to it.</param>
    /// <param name="what">What is asked for, for messages.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<VaultOutcome<T>> RunAsync<T>(VaultCall call, string what, Func<SecretClient, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
        where T : class
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        call.TimeLeft = () => _timeout - _time.GetElapsedTime(started);
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var messages = HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?>(StringComparer.Ordinal) { [VaultCall.Property] = call });
        using var correlation = call.CorrelationId is { } id ? HttpPipeline.CreateClientRequestIdScope(id) : null;
        try
        {
            var value = await operation(_client, both.Token);
            return call.IsTooLarge || call.IsMalformed ? new VaultOutcome<T>(null, _failures.Strange(call, what)) : new VaultOutcome<T>(value, null);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception)
        {
            // Everything that two libraries may throw; their texts may quote what a server said, so only our own words leave.
            return new VaultOutcome<T>(null, call is { Status: 200, IsTooLarge: true } or { Status: 200, IsMalformed: true } ? _failures.Strange(call, what) : _failures.Of(exception, call, what, deadline.IsCancellationRequested));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _identity.Dispose();
        _http.Dispose();
    }

    private static SecretClientOptions Options(HttpPipelineTransport transport, AzureStoreOptions options)
    {
        // 7.4 is known to every cloud; nothing newer is needed.
        var client = new SecretClientOptions(SecretClientOptions.ServiceVersion.V7_4)
        {
            Transport = transport,
            RetryPolicy = new BoundedRetry(options.RetryDelay),
            DisableChallengeResourceVerification = false,
        };
        client.Retry.NetworkTimeout = options.Settings.Timeout;
        client.Diagnostics.IsTelemetryEnabled = true;
        client.Diagnostics.ApplicationId = ApplicationId;
        client.Diagnostics.IsLoggingEnabled = false;
        client.Diagnostics.IsLoggingContentEnabled = false;
        client.Diagnostics.IsDistributedTracingEnabled = false;
        client.AddPolicy(new ValuePolicy(), HttpPipelinePosition.BeforeTransport);
        return client;
    }
}
