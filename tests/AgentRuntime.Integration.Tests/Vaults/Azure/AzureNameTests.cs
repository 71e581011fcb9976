using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure.Values;
using CsCheck;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

public sealed class AzureNameTests
{
    private static readonly KeyVaultName Names = new("p-");

    private static readonly Gen<string> Part = Gen.Select(Gen.Char["abzABZ019"], Gen.Char["abzABZ019_.-"].Array[0, 12]).Select((first, rest) => first + new string(rest)).Where(Name.IsValid);

    private static readonly Gen<CredentialName> Credentials = Gen.Select(Part, Part).Select((server, scope) => CredentialName.Parse($"{server}/{scope}"));

    [Theory]
    [InlineData("crm/read", "p-crm--read")]
    [InlineData("CRM/read", "p--c-r-m--read")]
    [InlineData("crm.x/read_all-1", "p-crm-1x--read-2all-01")]
    public void Is_readable_and_frozen(string credential, string name) => Assert.Equal(name, Names.Encode(CredentialName.Parse(credential)));

    [Fact]
    public void Comes_back_whatever_case_the_vault_gives_it_in() => Credentials.Sample(credential =>
    {
        var name = Names.Encode(credential);
        return Names.Decode(name) == credential && Names.Decode(name.ToUpperInvariant()) == credential && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
    });

    [Fact]
    public void Keeps_different_credentials_apart_without_regard_to_case() => Gen.Select(Credentials, Credentials).Sample((one, other) =>
        one == other || !string.Equals(Names.Encode(one), Names.Encode(other), StringComparison.OrdinalIgnoreCase));

    [Theory]
    [InlineData("crm--read")]
    [InlineData("p-crm")]
    [InlineData("p-crm-")]
    [InlineData("p-crm-9x--read")]
    [InlineData("p-crm--read--all")]
    [InlineData("p---read")]
    [InlineData("")]
    public void Takes_the_name_of_something_else_for_what_it_is(string name) => Assert.Null(Names.Decode(name));

    [Fact]
    public void Can_be_told_from_the_vaults_log() => Assert.Equal(CredentialName.Parse("CRM/read"), AgentRuntime.Vaults.Azure.AzureSecretStore.CredentialOf("p-", "P--c-r-m--READ"));

    [Fact]
    public async Task Refuses_a_name_that_is_too_long_without_asking_the_vault()
    {
        await using var vault = await AzureVault.StartAsync();
        var failed = await vault.Open().FailureAsync(SecretFailureKind.Invalid, $"{new string('A', 60)}/read");
        Assert.Contains("127", failed.Message);
        Assert.Empty(vault.Fake.Connected);
    }
}
