using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Identity;

/// <summary>Keys that were given in code.</summary>
internal sealed class GivenIdentity(string accessKeyId, SecretValue secretKey, SecretValue? token) : IAwsIdentity
{
    private readonly AwsKeys _keys = new(accessKeyId, secretKey, token);

    public string Source => "given keys";

    public ValueTask<AwsKeys> KeysAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_keys.Duplicate());

    public void Dispose() => _keys.Dispose();
}
