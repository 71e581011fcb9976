using AgentRuntime.Workspaces;
using Amazon;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>One service in one region, and where it answers.</summary>
/// <param name="Service">The service's name in signatures.</param>
/// <param name="Region">The region.</param>
/// <param name="Url">Scheme, host and port.</param>
/// <param name="Title">What it is, for messages.</param>
internal sealed record AwsEndpoint(string Service, string Region, Uri Url, string Title)
{
    /// <summary>Secrets Manager.</summary>
    public static AwsEndpoint Secrets(AwsSecretSettings settings) =>
        new("secretsmanager", settings.Region, settings.Endpoint ?? Public("secretsmanager", settings.Region), "AWS Secrets Manager");

    /// <summary>The service that gives sessions.</summary>
    public static AwsEndpoint Sts(AwsSecretSettings settings) =>
        new("sts", settings.Region, settings.StsEndpoint ?? Public("sts", settings.Region), "AWS STS");

    /// <inheritdoc/>
    public override string ToString() => $"{Title} at {Url.GetLeftPart(UriPartial.Authority)}";

    private static Uri Public(string service, string region) =>
        new($"https://{service}.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}");
}
