using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Wire;
using Amazon.Runtime;

namespace AgentRuntime.Vaults.Aws.Identity;

/// <summary>Keys that the AWS SDK finds and renews. The SDK holds them as strings for as long as the process lives.</summary>
/// <param name="source">Where they come from, for people.</param>
/// <param name="make">Opens the source; may ask the network.</param>
internal sealed class SdkIdentity(string source, Func<AWSCredentials> make) : IAwsIdentity
{
    private readonly Lazy<AWSCredentials> _credentials = new(make, LazyThreadSafetyMode.PublicationOnly);

    public string Source => source;

    public async ValueTask<AwsKeys> KeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The SDK's sources take no cancellation, and some block.
            var keys = await Task.Run(() => _credentials.Value.GetCredentialsAsync(), cancellationToken).WaitAsync(cancellationToken);
            return new AwsKeys(keys.AccessKey, SecretValue.CopyUtf8(keys.SecretKey), keys.UseToken ? SecretValue.CopyUtf8(keys.Token) : null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The SDK's words may quote what it read, so they are not passed on.
            throw new SecretStoreException(
                SecretFailureKind.Denied,
                $"The identity for AWS cannot be taken from {source} ({exception.GetType().Name}). Run on a machine or pod with a role, name a profile in secrets.aws.profile, or renew its sign-in.");
        }
    }

    public void Dispose()
    {
        // The SDK keeps what it found.
    }
}
