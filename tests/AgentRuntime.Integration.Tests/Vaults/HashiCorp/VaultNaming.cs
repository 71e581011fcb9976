using AgentRuntime.Names;
using AgentRuntime.Vaults.HashiCorp;
using AgentRuntime.Vaults.HashiCorp.Client;
using CsCheck;

namespace AgentRuntime.Integration.Tests.Vaults.HashiCorp;

public sealed class VaultNaming
{
    private static readonly VaultNames Names = new(VaultPath.Parse("secret"), Versioned: true, VaultPath.Parse("team/agents"), "agentruntime-");

    private static readonly Gen<string> Word = Gen.Select(
        Gen.Char["abcXYZ019"],
        Gen.String[Gen.Char["abXY09._-"], 0, 12],
        (first, rest) => $"{first}{rest}").Where(Name.IsValid);

    [Theory]
    [InlineData("crm/read", "agentruntime-crm.read")]
    [InlineData("crm/Read", "agentruntime-crm._52ead")]
    [InlineData("crm.read/x", "agentruntime-crm_2eread.x")]
    [InlineData("a_b/c-d", "agentruntime-a_5fb.c-d")]
    public void Names_a_policy(string credential, string policy) => Assert.Equal(policy, Names.Policy(CredentialName.Parse(credential)));

    [Fact]
    public void Gives_every_credential_a_policy_of_its_own_whatever_the_case() => Gen.Select(Word, Word).Sample((server, scope) =>
    {
        var credential = CredentialName.Parse($"{server}/{scope}");
        var policy = Names.Policy(credential);
        return !policy.Any(char.IsUpper) && VaultPath.TryParse(policy, out _) && Names.CredentialOf(policy) == credential;
    });

    [Theory]
    [InlineData("default")]
    [InlineData("agentruntime-")]
    [InlineData("agentruntime-crm")]
    [InlineData("agentruntime-crm.read.x")]
    [InlineData("agentruntime-crm._zz")]
    [InlineData("agentruntime-crm._61")]
    [InlineData("other-crm.read")]
    public void Knows_which_policies_are_not_its_own(string policy) => Assert.Null(Names.CredentialOf(policy));

    [Fact]
    public void Derives_the_place() => Assert.Equal("secret/data/team/agents/crm/read", Names.DataPath(CredentialName.Parse("crm/read")).ToString());
}
